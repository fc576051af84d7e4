// Made by the bundler: the core's bytes (js/build/bundle.js).
declare module '#core-base64' {
  const base64: string;
  export default base64;
}
