// What the page loads: it takes over what the server printed, with the state that it was made of.
import { createApplication } from "./application.js";

const { app, router } = createApplication(JSON.parse(document.querySelector("#state").textContent));
router.isReady().then(() => app.mount("#app"));
