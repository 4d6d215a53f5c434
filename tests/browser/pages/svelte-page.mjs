// Starts the Svelte application.

import { mount } from "svelte";
import App from "./SvelteApp.svelte";

mount(App, { target: document.getElementById("root"), props: { third: window.THIRD } });
