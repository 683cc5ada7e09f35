/** What `read` gives once it has been the same for five frames: a movement is over, however slow the machine. */
export async function rested<T>(read: () => T): Promise<T> {
  let last = JSON.stringify(read());
  for (let same = 0; same < 5; ) {
    await new Promise(requestAnimationFrame);
    const now = JSON.stringify(read());
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return read();
}
