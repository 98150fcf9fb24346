// Unsaved words lie in the browser from the first letter on; they are cleared only by the server's word that it has them.
class Kept {
  constructor(name) {
    this.name = `careline:draft:${name}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? {};
    } catch {
      return {};
    }
  }

  write(values) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ ...this.read(), ...values }));
      return true;
    } catch {
      return false;
    }
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
