import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { startEmulator, type Emulator } from "./emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await emulator.clients.s3.send(new CreateBucketCommand({ Bucket: "state" }));
});
afterAll(() => emulator.stop());

const algorithm = async (): Promise<string | undefined> => {
  const answer = await emulator.clients.s3.send(new GetBucketEncryptionCommand({ Bucket: "state" }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
};

test("a bucket is encrypted by default, and again when its configuration is deleted", async () => {
  expect(await algorithm()).toBe("AES256");
  await emulator.clients.s3.send(
    new PutBucketEncryptionCommand({
      Bucket: "state",
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }],
      },
    }),
  );
  expect(await algorithm()).toBe("aws:kms");
  await emulator.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: "state" }));
  expect(await algorithm()).toBe("AES256");
});

test("an object that was uploaded without a checksum has its CRC-64/NVME", async () => {
  // The check value of CRC-64/NVME in the catalogue of CRC algorithms: that of "123456789".
  const check = Buffer.from("ae8b14860a799888", "hex").toString("base64");
  const object = `${emulator.aws.endpoint}/state/plain`;
  // The SDK would upload a checksum of its own. The emulator reads who asks, and does not verify the signature.
  const authorization = "AWS4-HMAC-SHA256 Credential=tester/20260101/us-east-1/s3/aws4_request, Signature=none";
  const signal = AbortSignal.timeout(60_000);
  const put = await fetch(object, { method: "PUT", body: "123456789", headers: { authorization }, signal });
  expect(put.status).toBe(200);
  const got = await fetch(object, { headers: { authorization, "x-amz-checksum-mode": "ENABLED" }, signal });
  expect(got.headers.get("x-amz-checksum-crc64nvme")).toBe(check);
  expect(await got.text()).toBe("123456789");
});

test("an object that was uploaded with a checksum keeps it", async () => {
  const { s3 } = emulator.clients;
  const put = new PutObjectCommand({ Bucket: "state", Key: "own", Body: "123456789", ChecksumAlgorithm: "SHA256" });
  const { ChecksumSHA256 } = await s3.send(put);
  const got = await s3.send(new GetObjectCommand({ Bucket: "state", Key: "own", ChecksumMode: "ENABLED" }));
  expect(await got.Body?.transformToString()).toBe("123456789");
  expect(got.ChecksumSHA256).toBe(ChecksumSHA256);
  expect(got.ChecksumCRC64NVME).toBeUndefined();
});

test("a policy that denies what comes without TLS does not deny the lab's requests, and others still deny", async () => {
  const { s3 } = emulator.clients;
  const Bucket = "policy";
  await s3.send(new CreateBucketCommand({ Bucket }));
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [`arn:aws:s3:::${Bucket}/*`] };
  const insecure = { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } };
  const put = new PutObjectCommand({ Bucket, Key: "key", Body: "x" });
  const policy = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(insecure) }));
  await s3.send(put);
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(deny) }));
  await expect(s3.send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test("delete markers are deleted like other versions, also when versioning is suspended", async () => {
  const { s3 } = emulator.clients;
  const Bucket = "versions";
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body: "x" }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "key" }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }));
  const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const all = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])];
  expect(all).toHaveLength(2);
  const Objects = all.map(({ Key, VersionId }) => ({ Key, VersionId }));
  const { Errors, Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect([Deleted?.length, Errors]).toEqual([2, undefined]);
  const left = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect([left.Versions, left.DeleteMarkers]).toEqual([undefined, undefined]);
});
