// What a page loads.
import { run } from "./app.js";

run();
