/**
 * Pyodide's two module files as one script for a bare JavaScript realm: without `import.meta`, dynamic imports and exports, so that
 * none of its branches for Node can be reached. Every change must fit exactly as often as said, else this Pyodide is not the one
 * that the changes were written for.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** @typedef {{ find: string | RegExp, replace: string, times: number }} Change */

const refused = "__refuseImport(";

/** @type {Record<string, Change[]>} */
const changes = {
  "pyodide.mjs": [
    { find: /\bimport\(/g, replace: refused, times: 13 },
    { find: "await WebAssembly.instantiate(await t,s)", replace: "await __instantiate(t,s)", times: 1 },
    { find: /export\{(\w+) as loadPyodide,\w+ as version\};/g, replace: "return $1;", times: 1 },
  ],
  "pyodide.asm.mjs": [
    { find: /\bimport\.meta\.url\b/g, replace: '"file:///pyodide.asm.mjs"', times: 3 },
    { find: /\bimport\(/g, replace: refused, times: 15 },
    // Its random source for a shell would start a program.
    {
      find: /if\(ENVIRONMENT_IS_SHELL\)\{return view=>\{if\(!os\.system\)[\s\S]*?view\.set\(base64Decode\(b64\)\)\}\}/g,
      replace: "",
      times: 1,
    },
    { find: "export default _createPyodideModule;", replace: "return _createPyodideModule;", times: 1 },
  ],
};

/**
 * @param {string} root the project's folder
 * @returns {Promise<string>} a script whose value is a function () => ({ loadPyodide, createPyodideModule })
 */
export async function pyodideScript(root) {
  const loader = await adapted(root, "pyodide.mjs");
  const runtime = await adapted(root, "pyodide.asm.mjs");
  return `(() => {
const __refuseImport = () => { throw new Error("nothing can be imported"); };
const __instantiate = async (bytes, imports) => {
  const module = await WebAssembly.compile(await bytes);
  return { module, instance: await WebAssembly.instantiate(module, imports) };
};
return () => ({
loadPyodide: (() => { "use strict";
${loader}
})(),
createPyodideModule: (() => { "use strict";
${runtime}
})(),
});
})()
`;
}

/**
 * @param {string} root
 * @param {string} name
 */
async function adapted(root, name) {
  let text = await readFile(join(root, "node_modules", "pyodide", name), "utf8");
  text = text.replace(/\/\/# sourceMappingURL=.*$/m, "");
  for (const { find, replace, times } of changes[name]) {
    const counted = typeof find === "string" ? text.split(find).length - 1 : [...text.matchAll(find)].length;
    if (counted !== times)
      throw new Error(`${name}: ${find} fits ${counted} times, not ${times}: this is another Pyodide`);
    text = typeof find === "string" ? text.split(find).join(replace) : text.replace(find, replace);
  }
  if (/\bimport\b\s*[.(]/.test(text.replace(/"[^"\n]*"|'[^'\n]*'/g, ""))) throw new Error(`${name}: an import is left`);
  return text;
}
