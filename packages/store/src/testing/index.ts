export { changeHotRow, hotFilesOf, hotRowsOf, spoilUpdate } from "./store.ts";
