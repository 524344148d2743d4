/** A place in a stream: the twister's words, the place of the next and how many are left, and the kept normal. */
export interface GeneratorState {
  readonly words: readonly number[];
  readonly next: number;
  readonly left: number;
  readonly seed: bigint;
  readonly nextNormal: number | null;
}

/**
 * PyTorch's CPU random stream: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) seeded with the low 32 bits of
 * the seed, and the second value of a pair of normals kept for the next call.
 */
export class Generator {
  private readonly state = new Uint32Array(624);
  /** Place of the next word, and how many words are left before the state is refilled, both as PyTorch counts them. */
  private next = 0;
  private left = 1;
  private seedValue = 67280421310721n;
  /** Kept second normal of the pair made last (double), or null. */
  nextNormal: number | null = null;

  constructor(seed = 67280421310721) {
    this.manualSeed(seed);
  }

  /** Seeds with the low 32 bits of an integer; a negative one stands for the 64-bit number with its bits. */
  manualSeed(seed: number | bigint): void {
    this.seedValue = BigInt.asUintN(64, BigInt(seed));
    const s = this.state;
    s[0] = Number(this.seedValue & 0xffffffffn);
    for (let i = 1; i < 624; i++) {
      const x = s[i - 1] ^ (s[i - 1] >>> 30);
      s[i] = Math.imul(1812433253, x) + i;
    }
    this.next = 0;
    this.left = 1;
    this.nextNormal = null;
  }

  /** Seeds with a number of the stream itself, for runs are deterministic; returns it. */
  reseed(): number {
    const seed = this.u32() * 2 ** 21 + (this.u32() >>> 11);
    this.manualSeed(seed);
    return seed;
  }

  get initialSeed(): bigint {
    return this.seedValue;
  }

  private refill(): void {
    const s = this.state;
    for (let k = 0; k < 624; k++) {
      const y = (s[k] & 0x80000000) | (s[(k + 1) % 624] & 0x7fffffff);
      s[k] = s[(k + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
    this.left = 624;
  }

  /** One tempered 32-bit output. */
  u32(): number {
    if (--this.left === 0) this.refill();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Uniform double in [0, 1) with 53 bits of a 64-bit output. */
  double(): number {
    const high = this.u32();
    const low = this.u32();
    return ((high & 0x1fffff) * 4294967296 + low) / 9007199254740992;
  }

  /** Uniform float in [0, 1) with 24 bits. */
  float(): number {
    return (this.u32() & 0xffffff) / 16777216;
  }

  /** Standard normal in double precision, by pairs. */
  normal(): number {
    if (this.nextNormal !== null) {
      const kept = this.nextNormal;
      this.nextNormal = null;
      return kept;
    }
    const u1 = this.double();
    const u2 = this.double();
    const r = Math.sqrt(-2 * Math.log1p(-u2));
    const theta = 2 * Math.PI * u1;
    this.nextNormal = r * Math.sin(theta);
    return r * Math.cos(theta);
  }

  /** Everything needed to continue the stream. */
  snapshot(): GeneratorState {
    return {
      words: [...this.state],
      next: this.next,
      left: this.left,
      seed: this.seedValue,
      nextNormal: this.nextNormal,
    };
  }
  restore(s: GeneratorState): void {
    this.state.set(s.words);
    this.next = s.next;
    this.left = s.left;
    this.seedValue = s.seed;
    this.nextNormal = s.nextNormal;
  }
}
