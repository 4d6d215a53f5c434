"use client";
// The adapter for React where a server component imports it (the condition `react-server` of pkg.json): the first statement
// has it run on the client side of that border. A file of its own, as bundlers that know no such border warn of it.
export { ConsentBanner, ConsentGate, ConsentProvider, useConsent } from "./react.js";
