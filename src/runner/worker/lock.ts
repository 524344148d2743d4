/** What the realm of JavaScript itself has; everything else (process, fetch, …) leads out of it. */
const KEPT = new Set(
  (
    "Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error " +
    "AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis JSON Math Intl ArrayBuffer " +
    "Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray " +
    "BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet Proxy Reflect FinalizationRegistry WeakRef " +
    "decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN Atomics"
  ).split(" "),
);

/**
 * Makes the worker's own realm useless to code that might get hold of one of its objects: functions cannot be made from text,
 * globals that lead out are gone, built-in objects are frozen. Nothing can be undone. Node's own code keeps what it took earlier.
 */
export function lockOwnRealm(): void {
  const functions = [
    () => undefined,
    async () => undefined,
    function* () {
      yield undefined;
    },
    async function* () {
      yield undefined;
    },
  ];
  const blocked = Object.freeze(() => {
    throw new TypeError("no code from text");
  });
  for (const f of functions) {
    const prototype = Object.getPrototypeOf(f) as object;
    Object.defineProperty(prototype, "constructor", { value: blocked, writable: false, configurable: false });
  }
  const globals = globalThis as unknown as Record<string, unknown>;
  for (const name of Reflect.ownKeys(globalThis)) {
    if (typeof name === "string" && !KEPT.has(name)) Reflect.deleteProperty(globals, name);
  }
  for (const name of KEPT) {
    const value = globals[name];
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) continue;
    if (value === globalThis) continue;
    const { prototype } = value as { prototype?: object };
    if (prototype !== undefined) freezeOverridable(prototype);
    Object.freeze(value);
  }
  for (const f of functions) {
    const prototype = Object.getPrototypeOf(f) as { prototype?: object };
    freezeOverridable(prototype);
    if (prototype.prototype !== undefined) freezeOverridable(prototype.prototype);
  }
}

/** Names that Node's own code assigns on objects that inherit them: frozen data properties would make that an error. */
const OVERRIDDEN = ["name", "message", "stack", "toString", "constructor", "valueOf", "toJSON", "then"];

/** Freezes an object; properties that others override by assignment become accessors that allow just that. */
function freezeOverridable(target: object): void {
  for (const name of OVERRIDDEN) {
    const own = Object.getOwnPropertyDescriptor(target, name);
    if (own === undefined || own.configurable !== true || !("value" in own)) continue;
    const { value } = own as { value: unknown };
    Object.defineProperty(target, name, {
      get: () => value,
      set(this: object, replacement: unknown) {
        if (this === target) return;
        Object.defineProperty(this, name, {
          value: replacement,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      },
      enumerable: own.enumerable ?? false,
      configurable: false,
    });
  }
  Object.freeze(target);
}
