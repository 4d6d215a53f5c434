// Hands to every page what the server read.
export const load = ({ locals }) => ({ serverState: locals.consent });
