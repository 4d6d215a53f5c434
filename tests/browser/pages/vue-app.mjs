// The example application in Vue, with a template that is compiled in the page; the server makes the
// same markup first. What all the applications of these tests do is said in application.mjs.

import { createSSRApp, nextTick, onMounted, ref, watch } from "vue";

const template = `
<main>
  <ul id="items">
    <li v-for="name in items" :key="name" :id="'item-' + name">
      {{ name }} <button type="button" @click="items = items.filter((other) => other !== name)">remove</button>
    </li>
  </ul>
  <button id="add" type="button" @click="items.push('plum-' + items.length)">add</button>
  <button id="turn" type="button" @click="items.reverse()">turn</button>
  <button id="open" type="button" @click="isOpen = !isOpen">open</button>
  <button id="theme" type="button" @click="theme = 'dark'">dark</button>
  <p v-if="isOpen" id="note">{{ items.length }} items</p>
  <p v-else id="no-note">closed</p>
  <Teleport v-if="isOpen" to="body"><aside id="portal"><img :src="third + '/portal.svg'" alt=""></aside></Teleport>
  <p id="rate">{{ rate }}</p>
  <figure>
    <img id="photo" :src="third + '/photo.svg'" loading="lazy" alt="" width="4" height="4">
    <div id="back" :style="{ width: '8px', height: '8px', backgroundImage: 'url(' + third + '/back.svg)' }"></div>
  </figure>
  <form id="order" @submit.prevent="send">
    <input id="name" ref="field" v-model="name" name="name">
    <button id="send" type="submit">send</button>
    <p id="sent">{{ sent }}</p>
  </form>
  <div id="widget" ref="box"></div>
  <p v-html="words"></p>
</main>`;

export const App = {
  props: ["third"],
  template,
  setup({ third }) {
    const [items, rate, isOpen, theme, name, sent] = [[], "", false, "light", "", ""].map((value) => ref(value));
    const [field, box] = [ref(null), ref(null)];
    const json = async (address) => (await fetch(address)).json();
    const send = async () => {
      const body = new URLSearchParams({ name: name.value, count: items.value.length });
      sent.value = await (await fetch("/api/order", { method: "POST", body })).text();
      await nextTick();
      field.value.focus();
    };
    onMounted(async () => {
      const script = document.createElement("script");
      script.src = `${third}/widget.js`;
      box.value.append(script);
      document.cookie = "ui_seen=1; Path=/";
      items.value = await json("/api/items.json");
      rate.value = String((await json(`${third}/rates.json`)).eur);
    });
    watch(theme, (chosen) => {
      localStorage.setItem("ui-theme", chosen);
      document.documentElement.dataset.theme = localStorage.getItem("ui-theme");
    });
    return { items, rate, isOpen, theme, name, sent, field, box, send, words: "<em>set</em> as markup" };
  },
};

export const make = (third) => createSSRApp(App, { third });

if (typeof document === "object") make(window.THIRD).mount("#root");
