import { DeleteAutoScalingGroupCommand, paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import type { Found } from "../../../ownership/found.ts";
import { tagKeys } from "../../../ownership/tags.ts";
import { tagsOf } from "../../tag-list.ts";
import { unlessGone, type Service } from "../service.ts";

/** A group takes its instances, warm pool and lifecycle hooks with it. */
export const autoScaling: Service = {
  find: async ({ scaling: client }) => {
    const found: Found[] = [];
    const Filters = [{ Name: "tag-key", Values: [tagKeys.owner] }];
    for await (const page of paginateDescribeAutoScalingGroups({ client }, { Filters })) {
      for (const { AutoScalingGroupName: id = "", Tags, Status } of page.AutoScalingGroups ?? [])
        // One that is being deleted has a status.
        if (Status === undefined) found.push({ kind: "auto-scaling-group", id, name: id, tags: tagsOf(Tags) });
    }
    return found;
  },
  remove: {
    "auto-scaling-group": ({ scaling: client }, { id }) =>
      unlessGone(() => client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: id, ForceDelete: true }))),
  },
};
