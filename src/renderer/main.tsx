import { createPreloadBackend } from "./backend/preload-backend.ts";
import { startApp } from "./start-app.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no place for the app");
startApp(root, createPreloadBackend(window.backstep));
