import {
  DeleteDhcpOptionsCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DeleteKeyPairCommand,
  DeleteLaunchTemplateCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  paginateDescribeTags,
  ReleaseAddressCommand,
  TerminateInstancesCommand,
  waitUntilInstanceTerminated,
  waitUntilNatGatewayDeleted,
} from "@aws-sdk/client-ec2";
import type { Found } from "../../../ownership/found.ts";
import { tagKeys } from "../../../ownership/tags.ts";
import type { Clients } from "../clients.ts";
import { batches, unlessGone, type Service } from "../service.ts";
import { existing } from "./ec2-existing.ts";
import { deleteSecurityGroup } from "./security-group.ts";

/** At most this many values of a filter. */
const filterValues = 200;
const waitSeconds = 600;

/** EC2 knows the tags of all of its resources in one place, whatever their types. */
async function find(clients: Clients): Promise<Found[]> {
  const marked = new Map<string, string>();
  for await (const page of paginateDescribeTags(
    { client: clients.ec2 },
    { Filters: [{ Name: "key", Values: [tagKeys.owner] }] },
  )) {
    for (const { ResourceId = "", ResourceType = "" } of page.Tags ?? []) marked.set(ResourceId, ResourceType);
  }
  const tags = new Map<string, Record<string, string>>();
  for (const ids of batches([...marked.keys()], filterValues)) {
    const Filters = [{ Name: "resource-id", Values: ids }];
    for await (const page of paginateDescribeTags({ client: clients.ec2 }, { Filters })) {
      for (const { ResourceId = "", Key = "", Value = "" } of page.Tags ?? [])
        tags.set(ResourceId, { ...tags.get(ResourceId), [Key]: Value });
    }
  }
  const all = [...marked].map(([id, kind]): Found => {
    const own = tags.get(id) ?? {};
    return { kind, id, name: own["Name"] ?? id, tags: own };
  });
  return await existing(clients.ec2, all);
}

export const ec2: Service = {
  find,
  remove: {
    instance: async ({ ec2: client }, { id }) => {
      await unlessGone(() => client.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
      const patience = { client, maxWaitTime: waitSeconds, minDelay: 1, maxDelay: 15 };
      await unlessGone(() => waitUntilInstanceTerminated(patience, { InstanceIds: [id] }));
    },
    "launch-template": ({ ec2: client }, { id }) =>
      unlessGone(() => client.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }))),
    "key-pair": ({ ec2: client }, { id }) => unlessGone(() => client.send(new DeleteKeyPairCommand({ KeyPairId: id }))),
    natgateway: async ({ ec2: client }, { id }) => {
      await unlessGone(() => client.send(new DeleteNatGatewayCommand({ NatGatewayId: id })));
      const patience = { client, maxWaitTime: waitSeconds, minDelay: 1, maxDelay: 15 };
      await unlessGone(() => waitUntilNatGatewayDeleted(patience, { NatGatewayIds: [id] }));
    },
    volume: ({ ec2: client }, { id }) => unlessGone(() => client.send(new DeleteVolumeCommand({ VolumeId: id }))),
    "network-interface": ({ ec2: client }, { id }) =>
      unlessGone(() => client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }))),
    "elastic-ip": ({ ec2: client }, { id }) =>
      unlessGone(() => client.send(new ReleaseAddressCommand({ AllocationId: id }))),
    "security-group": ({ ec2: client }, { id }) => unlessGone(() => deleteSecurityGroup(client, id)),
    subnet: ({ ec2: client }, { id }) => unlessGone(() => client.send(new DeleteSubnetCommand({ SubnetId: id }))),
    "route-table": ({ ec2: client }, { id }) =>
      unlessGone(async () => {
        const { RouteTables = [] } = await client.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
        const associations = RouteTables.flatMap(({ Associations = [] }) => Associations).filter(({ Main }) => !Main);
        for (const { RouteTableAssociationId } of associations)
          await client.send(new DisassociateRouteTableCommand({ AssociationId: RouteTableAssociationId }));
        await client.send(new DeleteRouteTableCommand({ RouteTableId: id }));
      }),
    "internet-gateway": ({ ec2: client }, { id }) =>
      unlessGone(async () => {
        const describe = new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] });
        const { InternetGateways = [] } = await client.send(describe);
        for (const { VpcId } of InternetGateways.flatMap(({ Attachments = [] }) => Attachments))
          await client.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId }));
        await client.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
      }),
    "egress-only-internet-gateway": ({ ec2: client }, { id }) =>
      unlessGone(() => client.send(new DeleteEgressOnlyInternetGatewayCommand({ EgressOnlyInternetGatewayId: id }))),
    vpc: ({ ec2: client }, { id }) => unlessGone(() => client.send(new DeleteVpcCommand({ VpcId: id }))),
    "dhcp-options": ({ ec2: client }, { id }) =>
      unlessGone(() => client.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId: id }))),
  },
};
