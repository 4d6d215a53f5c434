// The application, on both sides, with what the server read of the visitor's answer.
import { createSSRApp } from "vue";
import { createMemoryHistory, createRouter, createWebHistory } from "vue-router";
import { consentPlugin } from "consentinel/vue";
import App from "./App.vue";
import { consent } from "./consent.js";
import Home from "./Home.vue";

export function createApplication(serverState) {
  const history = import.meta.env.SSR ? createMemoryHistory() : createWebHistory();
  const routes = [
    { path: "/", component: Home },
    { path: "/shops", component: () => import("./Shops.vue") },
  ];
  const router = createRouter({ history, routes });
  const app = createSSRApp(App).use(router).use(consentPlugin, consent, { serverState });
  return { app, router };
}
