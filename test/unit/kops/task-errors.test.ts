import { expect, test } from "@jest/globals";
import { taskRetry } from "../../../kops/task-errors.ts";

test("a task that kops tries again is told with AWS's reason; throttling is called by its name", () => {
  const line =
    'W1125 18:39:52.925625   13438 executor.go:141] error running task "AutoscalingGroup/nodes.mirror.example.com" (6m51s remaining to succeed): error listing AutoScalingGroups: operation error Auto Scaling: DescribeAutoScalingGroups, exceeded maximum number of attempts, 13, https response error StatusCode: 400, RequestID: caaf65fa, api error Throttling: Rate exceeded';
  expect(taskRetry(line)).toMatch(
    /^kops tries AutoscalingGroup\/nodes\.mirror\.example\.com again: AWS throttles it: .*api error Throttling: Rate exceeded$/,
  );
  expect(taskRetry('error running task "Instance/x" (9m1s remaining to succeed): no subnet')).toBe(
    "kops tries Instance/x again: no subnet",
  );
  for (const other of ["I1125 18:36:44.092364   13438 executor.go:113] Tasks: 88 done / 96 total; 2 can run", ""])
    expect(taskRetry(other)).toBeUndefined();
});
