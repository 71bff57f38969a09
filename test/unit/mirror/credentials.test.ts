import { expect, test } from "@jest/globals";
import { withoutCredentials } from "../../../mirror/credentials.ts";

const privateKey = Buffer.from("-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n").toString("base64");
const certificate = Buffer.from("-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE\n").toString("base64");

test.each([
  ["password: hunter2", "password: REPLACED"],
  ['{"password":"a b, c}d"}', '{"password":"REPLACED"}'],
  ["user: {token: 0123456789abcdef, password: s3cr3t}}]", "user: {token: REPLACED, password: REPLACED}}]"],
  ["clientSecret: 0123456789abcdef", "clientSecret: REPLACED"],
  ["secretAccessKey: wJalrXUtnFEMI/K7MDENG", "secretAccessKey: REPLACED"],
  ["dbpassword=hunter2 DB_PASS='hunter2'", "dbpassword=REPLACED DB_PASS='REPLACED'"],
  ["routing_key = 0123456789abcdef", "routing_key = REPLACED"],
  ['{"auths":{"r.example.com":{"auth":"dXNlcjpodW50ZXIy"}}}', '{"auths":{"r.example.com":{"auth":"REPLACED"}}}'],
  ['echo "{\\"auth\\":\\"dXNlcjpodW50ZXIy\\"}"', 'echo "{\\"auth\\":\\"REPLACED\\"}"'],
  ["Authorization: Basic dXNlcjpodW50ZXIy", "Authorization: Basic REPLACED"],
  ['-H "X-Vault-Token: 0123456789abcdef"', '-H "X-Vault-Token: REPLACED"'],
  ["curl -s -u ci:hunter2 https://example.com", "curl -s -u ci:REPLACED https://example.com"],
  ["agent --token 0123456789abcdef --verbose", "agent --token REPLACED --verbose"],
  ["redis://:hunter2@cache https://u:p@host", "redis://REPLACED@cache https://REPLACED@host"],
  ["hvs.CAESIJ0123456789abcdef", "REPLACED"],
  ["jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl", "jwt=REPLACED"],
  ["https://acme.webhook.office.com/webhookb2/a@b/c", "https://acme.webhook.office.com/webhookb2/REPLACED"],
  [`client-key-data: ${privateKey}`, "client-key-data: REPLACED"],
])("what opens something is taken out: %s", (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected);
  expect(withoutCredentials(expected)).toBe(expected);
});

test.each([
  // Kubernetes' objects name secrets without holding them.
  "volumes:\n- secret:\n    secretName: agent-token\n- projected: {sources: [{serviceAccountToken: {path: token}}]}",
  "automountServiceAccountToken: false",
  'TOKEN=$(curl -X PUT "http://169.254.169.254/latest/api/token")\ncurl -H "X-aws-ec2-metadata-token: $TOKEN" http://a',
  "--token-auth-file=/srv/tokens --tls-private-key-file=/srv/key",
  "tokenTTL: 10m",
  'if [ "$PASSWORD" == "" ]; then exit 1; fi',
  "password: ${DB_PASSWORD}",
  "password: {{ .Values.password }}",
  "API_KEY_FILE=/etc/key",
  "monkey: banana, compass: northwest",
  `certificate-authority-data: ${certificate}`,
])("what opens nothing stays: %s", (text) => {
  expect(withoutCredentials(text)).toBe(text);
});
