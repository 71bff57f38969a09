/**
 * Repeats an assertion until it holds; fails with its own message when it does not within `limitMs`. The limit is for what
 * never comes: on a busy machine everything takes some times as long, and may stand still for seconds.
 */
export async function eventually<T>(assertion: () => T | Promise<T>, limitMs = 30_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
