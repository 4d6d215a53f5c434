// Where the package is that an application would have in node_modules. Left out: which browser is imitated, which
// ../unit.test.mjs says.

const dist = process.env.CONSENTINEL_PACKAGE;

export default {
  test: { globals: true, include: ["*.spec.mjs"], server: { deps: { inline: [/dist\/npm/] } } },
  resolve: {
    alias: [
      { find: /^consentinel$/, replacement: `${dist}index.js` },
      { find: /^consentinel\/(.*)$/, replacement: `${dist}$1.js` },
    ],
  },
};
