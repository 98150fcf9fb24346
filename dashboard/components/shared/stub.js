// Stands for a component's script until the browser has loaded it. A browser remembers that a script did not load: the second try has another address.

const load = (again) => import(`${location.origin}PATH/NAME.js?v=TAG${again}`);
const { default: draw } = await load("").catch(() => load("&again=1"));
export default draw;
