#!/usr/bin/env bash
# The article's procedure as one would type it: the same kops, kubectl and k6 calls as the rehearsal, with nothing
# around them. Expects a state store, a network and a zone that are there, and these variables:
#   NAME STATE API_SERVER MANIFESTS_FROM MANIFESTS_TO APP LOAD_SCRIPT RATE BASELINE_SECONDS WARMUP_SECONDS
#   INTERVAL_CONTROL_PLANE INTERVAL_NODE POST_DRAIN_DELAY VALIDATE_COUNT WORK
set -euo pipefail
cd "$WORK"
export KUBECONFIG=$WORK/kubeconfig KOPS_STATE_STORE=$STATE KOPS_CLUSTER_NAME=$NAME
kops() { command kops "$@" >>kops.log 2>&1; }
load() { TARGET_URL=$url RATE=$RATE DURATION=$1 SUMMARY=$2.json k6 run --quiet --log-format raw "$LOAD_SCRIPT" 2>"$2.log" >/dev/null; }
roll() {
  kops rolling-update cluster --yes "$@" --api-server "$API_SERVER" --control-plane-interval "$INTERVAL_CONTROL_PLANE" \
    --node-interval "$INTERVAL_NODE" --post-drain-delay "$POST_DRAIN_DELAY" --validate-count "$VALIDATE_COUNT"
}

kops replace --force --filename "$MANIFESTS_FROM"
kops update cluster --yes --create-kube-config=false
kops validate cluster --wait 10m --api-server "$API_SERVER"
kops export kubeconfig --admin --kubeconfig "$KUBECONFIG" --api-server "$API_SERVER"
kubectl apply -f "$APP" >/dev/null
kubectl rollout status deployment/web --timeout 2m >/dev/null
kubectl wait service/web --for=jsonpath='{.status.loadBalancer.ingress}' --timeout 2m >/dev/null
url=http://$(kubectl get service web -o jsonpath='{.status.loadBalancer.ingress[0].ip}'):8080/hostname
for _ in $(seq 100); do curl -fs -m 1 -o /dev/null "$url" && break || sleep 0.1; done

load "$((BASELINE_SECONDS + WARMUP_SECONDS))" baseline

kops get all -o yaml
kops replace --force --filename "$MANIFESTS_TO"
kops update cluster
kops rolling-update cluster --api-server "$API_SERVER"
load 3600 upgrade &
load=$!
trap 'pkill -P $load 2>/dev/null || true' EXIT
sleep "$WARMUP_SECONDS"
kops update cluster --yes --create-kube-config=false --instance-group-roles control-plane,apiserver
roll --instance-group-roles control-plane,apiserver
kops update cluster --yes --create-kube-config=false
roll
kops update cluster --yes --create-kube-config=false --prune
pkill -INT -P "$load" k6 || true
wait "$load" || true
kops update cluster
kops rolling-update cluster --api-server "$API_SERVER"
