/** Where things are in the project. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cacheFolder = join(root, ".cache");
export const outFolder = join(root, "out");
export const artifactsFolder = join(root, "artifacts");

/** The folder from which a person gave the command (npm changes the working directory to the project). */
export const callerFolder = process.env.INIT_CWD ?? process.cwd();
