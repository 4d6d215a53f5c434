// Starts the application.
import { consent } from "./consent.js";
import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import { ConsentGate, consentPlugin } from "consentinel/vue";
import App from "./App.vue";
import Home from "./Home.vue";
import { count } from "./count.js";

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: Home },
    { path: "/shops", component: () => import("./Shops.vue") },
  ],
});
router.afterEach(count);

createApp(App).use(router).use(consentPlugin, consent).component("ConsentGate", ConsentGate).mount("#root");
