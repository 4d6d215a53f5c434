// Hands files to the visitor: a ledger, a receipt. Left out: what stands in them.

/** Hands a text to the visitor as a file. */
export function download(text, name, type) {
  if (!globalThis.document) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser reads the file after this task.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Hands a ledger to the visitor. */
export const save = (text) => download(text, "consentinel-ledger.ndjson", "application/x-ndjson");
