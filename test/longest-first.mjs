import Sequencer from "@jest/test-sequencer";

/** Whole rehearsals, by how long they take. */
const longest = ["resume", "ways", "unsound", "failures", "two-clones"].map((name) => `${name}.test.ts`);

/**
 * What takes longest begins first, so that the workers end at about the same time. Jest itself knows how long a file takes
 * only on a machine where it has run before.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = longest.findIndex((name) => path.endsWith(`/${name}`));
      return at < 0 ? longest.length : at;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
