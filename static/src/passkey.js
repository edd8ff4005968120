// Lets the browser make or use a passkey (WebAuthn) and puts its answer into the form, which is then sent as any other.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports?.() ?? null,
    },
    extensions: JSON.stringify(made.getClientExtensionResults()),
  };
}

async function get(options) {
  const used = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: withBytes(options.allowCredentials) },
  });
  return {
    id: used.id,
    rawId: text(used.rawId),
    type: used.type,
    response: {
      authenticatorData: text(used.response.authenticatorData),
      clientDataJSON: text(used.response.clientDataJSON),
      signature: text(used.response.signature),
      userHandle: text(used.response.userHandle),
    },
    assertionClientExtensions: JSON.stringify(used.getClientExtensionResults()),
  };
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  const form = place.closest("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const ask = place.dataset.passkey === "create" ? create : get;
      form.elements.credential.value = JSON.stringify(await ask(JSON.parse(place.dataset.options)));
      form.submit();
    } catch {
      place.querySelector("[data-passkey-message]").textContent =
        "That did not work, or took too long. Try again, or choose another way.";
    }
  });
}
