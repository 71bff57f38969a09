/** Fields of kops 1.35's API on AWS, each below what it is in, as print.go has printed them; `.*`: whatever is in it. */
export const fieldsOfKops: Readonly<Record<string, string>> = {
  "kops.k8s.io/v1alpha2 Cluster": `
DisableSubnetTags additionalNetworkCIDRs additionalPolicies.* additionalSans channel cloudLabels.* cloudProvider clusterDNSDomain configBase configStore containerRuntime dnsZone encryptionConfig externalPolicies.* isolateMasters keyStore kubernetesApiAccess kubernetesVersion masterInternalName masterPublicName networkCIDR networkID nodePortAccess nonMasqueradeCIDR packages podCIDR project secretStore serviceClusterIPRange sshAccess sshKeyName sysctlParameters updatePolicy useHostCertificates
addons:
 manifest
api:
 dns:
 loadBalancer:
  additionalSecurityGroups class crossZoneLoadBalancing idleTimeoutSeconds securityGroupOverride sslCertificate sslPolicy type useForInternalApi
  accessLog:
   bucket bucketPrefix interval
  subnets:
   allocationId name privateIPv4Address
assets:
 containerProxy containerRegistry fileRepository
authentication:
 aws:
  backendMode clusterID cpuLimit.* cpuRequest.* image memoryLimit.* memoryRequest.*
  identityMappings:
   arn groups username
 kopeio:
authorization:
 alwaysAllow:
 rbac:
awsLoadBalancerController:
 cpuLimit.* cpuRequest.* enableShield enableWAF enableWAFv2 enabled memoryLimit.* memoryRequest.* version
certManager:
 defaultIssuer enabled featureGates.* hostedZoneIDs image managed nameservers
cloudConfig:
 disableSecurityGroupIngress elbSecurityGroup gceServiceAccount gceUseStartupScript manageStorageClasses multizone nodeIPFamilies nodeInstancePrefix nodeTags spotinstOrientation spotinstProduct vSphereCoreDNSServer vSphereDatacenter vSphereDatastore vSpherePassword vSphereResourcePool vSphereServer vSphereUsername
 awsEBSCSIDriver:
  enabled hostNetwork kubeAPIBurst kubeAPIQPS.* managed podAnnotations.* version volumeAttachLimit
 gcpPDCSIDriver:
  defaultStorageClassName enabled version
cloudControllerManager:
 allocateNodeCIDRs allowUntaggedCloud cidrAllocatorType cloudProvider clusterCIDR clusterName concurrentNodeSyncs configureCloudRoutes controllers cpuRequest.* enableLeaderMigration image logLevel master nodeStatusUpdateFrequency.* useServiceAccountCredentials
 leaderElection:
  leaderElect leaderElectLeaseDuration.* leaderElectRenewDeadlineDuration.* leaderElectResourceLock leaderElectResourceName leaderElectResourceNamespace leaderElectRetryPeriod.*
clusterAutoscaler:
 awsUseStaticInstanceList balanceSimilarNodeGroups cordonNodeBeforeTerminating cpuRequest.* createPriorityExpanderConfig customPriorityExpanderConfig.* emitPerNodegroupMetrics enabled expander ignoreDaemonSetsUtilization image maxNodeProvisionTime memoryRequest.* newPodScaleUpDelay podAnnotations.* scaleDownDelayAfterAdd scaleDownUnneededTime scaleDownUnreadyTime scaleDownUtilizationThreshold skipNodesWithCustomControllerPods skipNodesWithLocalStorage skipNodesWithSystemPods
containerd:
 address configAdditions.* configOverride installCriCtl installNerdCtl logLevel registryMirrors.* root sandboxImage selinuxEnabled skipInstall state useECRCredentialsForMirrors version
 nri:
  enabled pluginRegistrationTimeout.* pluginRequestTimeout.*
 nvidiaGPU:
  enabled image package
  dcgmExporter:
   enabled
 packages:
  hashAmd64 hashArm64 urlAmd64 urlArm64
 runc:
  version
  packages:
   hashAmd64 hashArm64 urlAmd64 urlArm64
dnsControllerGossipConfig:
 listen protocol secret seed
 secondary:
  listen protocol secret seed
docker:
 authorizationPlugins bridge bridgeIP dataRoot defaultRuntime defaultUlimit dns execOpt execRoot experimental healthCheck hosts insecureRegistries insecureRegistry ipMasq ipTables liveRestore logDriver logLevel logOpt maxConcurrentDownloads maxConcurrentUploads maxDownloadAttempts metricsAddress mtu registryMirrors runtimes selinuxEnabled skipInstall storage storageOpts userNamespaceRemap version
 packages:
  hashAmd64 hashArm64 urlAmd64 urlArm64
egressProxy:
 excludes
 httpProxy:
  host port
etcdClusters:
 cpuRequest.* enableEtcdTLS enableTLSAuth heartbeatInterval.* image leaderElectionTimeout.* memoryRequest.* name provider version
 backups:
  backupStore image
 etcdMembers:
  encryptedVolume instanceGroup kmsKeyId name volumeIops volumeSize volumeThroughput volumeType
 manager:
  backupInterval.* backupRetentionDays discoveryPollInterval.* image listenMetricsURLs logLevel
  env:
   name value
externalDns:
 disable provider watchIngress watchNamespace
fileAssets:
 content isBase64 mode name path roles
gossipConfig:
 listen protocol secret
 secondary:
  listen protocol secret
hooks:
 before disabled manifest name requires roles useRawManifest
 execContainer:
  command environment.* image
iam:
 allowContainerRegistry legacy permissionsBoundary useServiceAccountExternalPermissions
 serviceAccountExternalPermissions:
  name namespace
  aws:
   inlinePolicy policyARNs
karpenter:
 cpuRequest.* enabled featureGates image logEncoding logLevel memoryLimit.* memoryRequest.*
kubeAPIServer:
 additionalServiceAccountIssuers address admissionControl admissionControlConfigFile advertiseAddress allowPrivileged anonymousAuth apiAudiences apiServerCount appendAdmissionPlugins auditDynamicConfiguration auditLogFormat auditLogMaxAge auditLogMaxBackups auditLogMaxSize auditLogPath auditPolicyFile auditWebhookBatchBufferSize auditWebhookBatchMaxSize auditWebhookBatchMaxWait.* auditWebhookBatchThrottleBurst auditWebhookBatchThrottleEnable auditWebhookBatchThrottleQps.* auditWebhookConfigFile auditWebhookInitialBackoff.* auditWebhookMode authenticationConfigFile authenticationTokenWebhookCacheTtl.* authenticationTokenWebhookConfigFile authorizationMode authorizationRbacSuperUser authorizationWebhookCacheAuthorizedTtl.* authorizationWebhookCacheUnauthorizedTtl.* authorizationWebhookConfigFile basicAuthFile bindAddress clientCAFile cloudProvider corsAllowedOrigins cpuLimit.* cpuRequest.* defaultNotReadyTolerationSeconds defaultUnreachableTolerationSeconds deleteCollectionWorkers disableAdmissionPlugins disableBasicAuth enableAdmissionPlugins enableAggregatorRouting enableBootstrapTokenAuth enableContentionProfiling enableProfiling encryptionProviderConfig env.* etcdCaFile etcdCertFile etcdKeyFile etcdQuorumRead etcdServers etcdServersOverrides eventTTL.* experimentalEncryptionProviderConfig featureGates.* goawayChance http2MaxStreamsPerConnection image insecureBindAddress insecurePort kubeletCertificateAuthority kubeletClientCertificate kubeletClientKey kubeletPreferredAddressTypes logFormat logLevel maxMutatingRequestsInflight maxRequestsInflight memoryLimit.* memoryRequest.* minRequestTimeout oidcCAFile oidcClientID oidcGroupsClaim oidcGroupsPrefix oidcIssuerURL oidcRequiredClaim oidcUsernameClaim oidcUsernamePrefix proxyClientCertFile proxyClientKeyFile requestTimeout.* requestheaderAllowedNames requestheaderClientCAFile requestheaderExtraHeaderPrefixes requestheaderGroupHeaders requestheaderUsernameHeaders runtimeConfig.* securePort serviceAccountIssuer serviceAccountJWKSURI serviceAccountKeyFile serviceAccountSigningKeyFile serviceClusterIPRange serviceNodePortRange storageBackend tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile tokenAuthFile watchCache watchCacheSizes
kubeControllerManager:
 ClusterSigningDuration.* allocateNodeCIDRs attachDetachReconcileSyncPeriod.* authenticationKubeconfig authorizationAlwaysAllowPaths authorizationKubeconfig cidrAllocatorType cloudProvider clusterCIDR clusterName concurrentDeploymentSyncs concurrentEndpointSyncs concurrentHorizontalPodAustoscalerSyncs concurrentJobSyncs concurrentNamespaceSyncs concurrentRcSyncs concurrentReplicasetSyncs concurrentResourceQuotaSyncs concurrentServiceSyncs concurrentServiceaccountTokenSyncs configureCloudRoutes controllers cpuLimit.* cpuRequest.* disableAttachDetachReconcileSync enableContentionProfiling enableLeaderMigration enableProfiling endpointSliceUpdatesBatchPeriod.* endpointUpdatesBatchPeriod.* experimentalClusterSigningDuration.* externalCloudVolumePlugin featureGates.* horizontalPodAutoscalerCpuInitializationPeriod.* horizontalPodAutoscalerDownscaleDelay.* horizontalPodAutoscalerDownscaleStabilization.* horizontalPodAutoscalerInitialReadinessDelay.* horizontalPodAutoscalerSyncPeriod.* horizontalPodAutoscalerTolerance.* horizontalPodAutoscalerUpscaleDelay.* horizontalPodAutoscalerUseRestClients image kubeAPIBurst kubeAPIQPS.* logFormat logLevel master memoryLimit.* memoryRequest.* minResyncPeriod nodeCIDRMaskSize nodeMonitorGracePeriod.* nodeMonitorPeriod.* podEvictionTimeout.* rootCAFile serviceAccountPrivateKeyFile terminatedPodGCThreshold tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile useServiceAccountCredentials
 leaderElection:
  leaderElect leaderElectLeaseDuration.* leaderElectRenewDeadlineDuration.* leaderElectResourceLock leaderElectResourceName leaderElectResourceNamespace leaderElectRetryPeriod.*
kubeDNS:
 affinity.* cacheMaxConcurrent cacheMaxSize coreDNSImage cpaImage cpuRequest.* domain externalCoreFile image memoryLimit.* memoryRequest.* podAnnotations.* provider replicas serverIP stubDomains.* tolerations.* upstreamNameservers
 nodeLocalDNS:
  additionalConfig cpuRequest.* enabled externalCoreFile forwardToKubeDNS image localIP memoryRequest.* podAnnotations.*
kubeProxy:
 bindAddress clusterCIDR conntrackMaxPerCore conntrackMin cpuLimit.* cpuRequest.* enabled featureGates.* hostnameOverride image ipvsExcludeCidrs ipvsMinSyncPeriod.* ipvsScheduler ipvsSyncPeriod.* logLevel master memoryLimit.* memoryRequest.* metricsBindAddress proxyMode
kubeScheduler:
 authenticationKubeconfig authorizationAlwaysAllowPaths authorizationKubeconfig burst cpuLimit.* cpuRequest.* enableContentionProfiling enableProfiling featureGates.* image kubeAPIBurst kubeAPIQPS.* logFormat logLevel master maxPersistentVolumes memoryLimit.* memoryRequest.* qps.* tlsCertFile tlsPrivateKeyFile usePolicyConfigMap
 leaderElection:
  leaderElect leaderElectLeaseDuration.* leaderElectRenewDeadlineDuration.* leaderElectResourceLock leaderElectResourceName leaderElectResourceNamespace leaderElectRetryPeriod.*
kubelet:
 allowPrivileged allowedUnsafeSysctls anonymousAuth apiServers authenticationTokenWebhook authenticationTokenWebhookCacheTtl.* authorizationMode babysitDaemons bootstrapKubeconfig cgroupDriver cgroupRoot clientCaFile cloudProvider clusterDNS clusterDomain configureCbr0 containerLogMaxFiles containerLogMaxSize cpuCFSQuota cpuCFSQuotaPeriod.* cpuManagerPolicy crashLoopBackOffMaxContainerRestartPeriod.* dockerDisableSharedPID enableCadvisorJsonEndpoints enableCustomMetrics enableDebuggingHandlers enforceNodeAllocatable eventBurst eventQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod.* evictionSoft evictionSoftGracePeriod experimentalAllocatableIgnoreEviction experimentalAllowedUnsafeSysctls failSwapOn featureGates.* hairpinMode hostnameOverride housekeepingInterval.* imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge.* imageMinimumGCAge.* imagePullProgressDeadline.* kernelMemcgNotification kubeReserved.* kubeReservedCgroup kubeconfigPath kubeletCgroups logFormat logLevel maxParallelImagePulls maxPods memorySwapBehavior networkPluginMTU networkPluginName nodeLabels.* nodeStatusUpdateFrequency.* nonMasqueradeCIDR nvidiaGPUs podCIDR podInfraContainerImage podManifestPath podPidsLimit protectKernelDefaults readOnlyPort reconcileCIDR registerNode registerSchedulable registryBurst registryPullQPS requireKubeconfig resolvConf rootDir rotateCertificates runtimeCgroups runtimeRequestTimeout.* seccompDefault seccompProfileRoot serializeImagePulls shutdownGracePeriod.* shutdownGracePeriodCriticalPods.* streamingConnectionIdleTimeout.* systemCgroups systemReserved.* systemReservedCgroup taints tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy volumePluginDirectory volumeStatsAggPeriod.*
masterKubelet:
 allowPrivileged allowedUnsafeSysctls anonymousAuth apiServers authenticationTokenWebhook authenticationTokenWebhookCacheTtl.* authorizationMode babysitDaemons bootstrapKubeconfig cgroupDriver cgroupRoot clientCaFile cloudProvider clusterDNS clusterDomain configureCbr0 containerLogMaxFiles containerLogMaxSize cpuCFSQuota cpuCFSQuotaPeriod.* cpuManagerPolicy crashLoopBackOffMaxContainerRestartPeriod.* dockerDisableSharedPID enableCadvisorJsonEndpoints enableCustomMetrics enableDebuggingHandlers enforceNodeAllocatable eventBurst eventQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod.* evictionSoft evictionSoftGracePeriod experimentalAllocatableIgnoreEviction experimentalAllowedUnsafeSysctls failSwapOn featureGates.* hairpinMode hostnameOverride housekeepingInterval.* imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge.* imageMinimumGCAge.* imagePullProgressDeadline.* kernelMemcgNotification kubeReserved.* kubeReservedCgroup kubeconfigPath kubeletCgroups logFormat logLevel maxParallelImagePulls maxPods memorySwapBehavior networkPluginMTU networkPluginName nodeLabels.* nodeStatusUpdateFrequency.* nonMasqueradeCIDR nvidiaGPUs podCIDR podInfraContainerImage podManifestPath podPidsLimit protectKernelDefaults readOnlyPort reconcileCIDR registerNode registerSchedulable registryBurst registryPullQPS requireKubeconfig resolvConf rootDir rotateCertificates runtimeCgroups runtimeRequestTimeout.* seccompDefault seccompProfileRoot serializeImagePulls shutdownGracePeriod.* shutdownGracePeriodCriticalPods.* streamingConnectionIdleTimeout.* systemCgroups systemReserved.* systemReservedCgroup taints tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy volumePluginDirectory volumeStatsAggPeriod.*
metricsServer:
 enabled image insecure
networking:
 amazonvpc:
  imageName initImageName networkPolicyAgentImage
  env:
   name value
 calico:
  allowIPForwarding awsSrcDstCheck bpfEnabled bpfExternalServiceMode bpfKubeProxyIptablesCleanupEnabled bpfLogLevel chainInsertMode cpuRequest.* crossSubnet encapsulationMode ipipMode iptablesBackend ipv4AutoDetectionMethod ipv6AutoDetectionMethod logSeverityScreen majorVersion mtu prometheusGoMetricsEnabled prometheusMetricsEnabled prometheusMetricsPort prometheusProcessMetricsEnabled registry typhaPrometheusMetricsEnabled typhaPrometheusMetricsPort typhaReplicas version vxlanMode wireguardEnabled
 canal:
  chainInsertMode cpuRequest.* defaultEndpointToHostAction disableFlannelForwardRules disableTxChecksumOffloading iptablesBackend logSeveritySys mtu prometheusGoMetricsEnabled prometheusMetricsEnabled prometheusMetricsPort prometheusProcessMetricsEnabled typhaPrometheusMetricsEnabled typhaPrometheusMetricsPort typhaReplicas
 cilium:
  IPTablesRulesNoinstall accessLog agentLabels agentPodAnnotations.* agentPrometheusPort allowLocalhost autoDirectNodeRoutes autoIpv6NodeRoutes bpfCTGlobalAnyMax bpfCTGlobalTCPMax bpfLBAlgorithm bpfLBMaglevTableSize bpfLBMapMax bpfLBSockHostNSOnly bpfNATGlobalMax bpfNeighGlobalMax bpfPolicyMapMax bpfRoot chainingMode clusterID clusterName cniBinPath cniExclusive containerRuntime containerRuntimeEndpoint.* containerRuntimeLabels cpuRequest.* debug debugVerbose device disableCNPStatusUpdates disableConntrack disableEndpointCRD disableIpv4 disableK8sServices disableMasquerade enableBPFMasquerade enableEncryption enableEndpointHealthChecking enableHostReachableServices enableL7Proxy enableLocalRedirectPolicy enableNodePort enablePolicy enablePrometheusMetrics enableRemoteNodeIdentity enableServiceTopology enableTracing enableUnreachableRoutes enableipv4 enableipv6 encryptionType envoyLog etcdManaged identityAllocationMode identityChangeGracePeriod ipam ipv4ClusterCidrMaskSize ipv4Node ipv4Range ipv4ServiceRange ipv6ClusterAllocCidr ipv6Node ipv6Range ipv6ServiceRange k8sApiServer k8sKubeconfigPath keepBpfTemplates keepConfig labelPrefixFile labels lb libDir logDriver logOpt.* logstash logstashAgent logstashProbeTimer memoryRequest.* metrics monitorAggregation nat46Range nodeEncryption nodeInitBootstrapFile operatorPodAnnotations.* pprof preallocateBPFMaps prefilterDevice prometheusServeAddr reconfigureKubelet registry removeCbrBridge restartPods restore sidecarIstioProxyImage singleClusterRoute socketPath stateDir toFqdnsDnsRejectResponseCode toFqdnsEnablePoller tracePayloadlen tunnel version
  gatewayAPI:
   enableSecretsSync enabled
  hubble:
   enabled metrics
  ingress:
   defaultLoadBalancerMode enableSecretsSync enabled enforceHttps loadBalancerAnnotationPrefixes sharedLoadBalancerServiceName
 classic:
 cni:
  usesSecondaryIP
 external:
 flannel:
  backend disableTxChecksumOffloading iptablesResyncSeconds
 kindnet:
  adminNetworkPolicies baselineAdminNetworkPolicies dnsCaching fastPathThreshold logLevel nat64 networkPolicies version
  masquerade:
   enabled nonMasqueradeCIDRs
 kopeio:
 kubenet:
 kuberouter:
 lyftvpc:
  subnetTags.*
 romana:
  daemonServiceIP etcdServiceIP
 weave:
  connLimit cpuLimit.* cpuRequest.* memoryLimit.* memoryRequest.* mtu netExtraArgs noMasqLocal npcCPULimit.* npcCPURequest.* npcExtraArgs npcMemoryLimit.* npcMemoryRequest.* version
nodeAuthorization:
 nodeAuthorizer:
  authorizer features image interval.* nodeURL port timeout.* tokenTTL.*
nodeProblemDetector:
 cpuLimit.* cpuRequest.* enabled image memoryLimit.* memoryRequest.*
nodeTerminationHandler:
 cpuRequest.* deleteSQSMsgIfNodeNotFound enableRebalanceDraining enableRebalanceMonitoring enableSQSTerminationDraining enableScheduledEventDraining enableSpotInterruptionDraining enabled excludeFromLoadBalancers managedASGTag memoryLimit.* memoryRequest.* podTerminationGracePeriod prometheusEnable taintNode version webhookTemplate webhookURL
ntp:
 managed
podIdentityWebhook:
 enabled replicas
rollingUpdate:
 drainAndTerminate maxSurge.* maxUnavailable.*
serviceAccountIssuerDiscovery:
 additionalAudiences discoveryStore enableAWSOIDCProvider
 discoveryService:
  url
snapshotController:
 enabled installDefaultClass
subnets:
 cidr egress id ipv6CIDR name publicIP region type zone
 additionalRoutes:
  cidr target
target:
 terraform:
  filesProviderExtraConfig.* providerExtraConfig.*
topology:
 masters nodes
 bastion:
  bastionPublicName idleTimeoutSeconds
  loadBalancer:
   additionalSecurityGroups type
 dns:
  type
warmPool:
 additionalImages enableLifecycleHook lifecycleHookTimeout maxSize minSize
`,
  "kops.k8s.io/v1alpha2 InstanceGroup": `
additionalSecurityGroups associatePublicIp autoscale autoscalePriority capacityRebalance cloudLabels.* compressUserData cpuCredits detailedInstanceMonitoring gcpProvisioningModel image instanceInterruptionBehavior instanceProtection machineType manager maxInstanceLifetime.* maxPrice maxSize minSize nodeLabels.* packages role rootVolumeDeleteOnTermination rootVolumeEncryption rootVolumeEncryptionKey rootVolumeIops rootVolumeOptimization rootVolumeSize rootVolumeThroughput rootVolumeType securityGroupOverride spotDurationInMinutes subnets suspendProcesses sysctlParameters taints tenancy updatePolicy zones
additionalUserData:
 content name type
containerd:
 address configAdditions.* configOverride installCriCtl installNerdCtl logLevel registryMirrors.* root sandboxImage selinuxEnabled skipInstall state useECRCredentialsForMirrors version
 nri:
  enabled pluginRegistrationTimeout.* pluginRequestTimeout.*
 nvidiaGPU:
  enabled image package
  dcgmExporter:
   enabled
 packages:
  hashAmd64 hashArm64 urlAmd64 urlArm64
 runc:
  version
  packages:
   hashAmd64 hashArm64 urlAmd64 urlArm64
externalLoadBalancers:
 loadBalancerName targetGroupArn
fileAssets:
 content isBase64 mode name path roles
guestAccelerators:
 acceleratorCount acceleratorType
hooks:
 before disabled manifest name requires roles useRawManifest
 execContainer:
  command environment.* image
iam:
 profile
instanceMetadata:
 httpPutResponseHopLimit httpTokens
kubelet:
 allowPrivileged allowedUnsafeSysctls anonymousAuth apiServers authenticationTokenWebhook authenticationTokenWebhookCacheTtl.* authorizationMode babysitDaemons bootstrapKubeconfig cgroupDriver cgroupRoot clientCaFile cloudProvider clusterDNS clusterDomain configureCbr0 containerLogMaxFiles containerLogMaxSize cpuCFSQuota cpuCFSQuotaPeriod.* cpuManagerPolicy crashLoopBackOffMaxContainerRestartPeriod.* dockerDisableSharedPID enableCadvisorJsonEndpoints enableCustomMetrics enableDebuggingHandlers enforceNodeAllocatable eventBurst eventQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod.* evictionSoft evictionSoftGracePeriod experimentalAllocatableIgnoreEviction experimentalAllowedUnsafeSysctls failSwapOn featureGates.* hairpinMode hostnameOverride housekeepingInterval.* imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge.* imageMinimumGCAge.* imagePullProgressDeadline.* kernelMemcgNotification kubeReserved.* kubeReservedCgroup kubeconfigPath kubeletCgroups logFormat logLevel maxParallelImagePulls maxPods memorySwapBehavior networkPluginMTU networkPluginName nodeLabels.* nodeStatusUpdateFrequency.* nonMasqueradeCIDR nvidiaGPUs podCIDR podInfraContainerImage podManifestPath podPidsLimit protectKernelDefaults readOnlyPort reconcileCIDR registerNode registerSchedulable registryBurst registryPullQPS requireKubeconfig resolvConf rootDir rotateCertificates runtimeCgroups runtimeRequestTimeout.* seccompDefault seccompProfileRoot serializeImagePulls shutdownGracePeriod.* shutdownGracePeriodCriticalPods.* streamingConnectionIdleTimeout.* systemCgroups systemReserved.* systemReservedCgroup taints tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy volumePluginDirectory volumeStatsAggPeriod.*
mixedInstancesPolicy:
 instances onDemandAboveBase onDemandAllocationStrategy onDemandBase spotAllocationStrategy spotInstancePools
 instanceRequirements:
  cpu:
   max.* min.*
  memory:
   max.* min.*
rollingUpdate:
 drainAndTerminate maxSurge.* maxUnavailable.*
volumeMounts:
 device filesystem formatOptions mountOptions path
volumes:
 deleteOnTermination device encrypted iops key size throughput type
warmPool:
 additionalImages enableLifecycleHook lifecycleHookTimeout maxSize minSize
`,
  "kops.k8s.io/v1alpha3 Cluster": `
additionalPolicies.* channel cloudLabels.* clusterDNSDomain dnsZone encryptionConfig externalPolicies.* kubernetesVersion nodePortAccess packages sshAccess sshKeyName sysctlParameters updatePolicy useHostCertificates
addons:
 manifest
api:
 access additionalSANs publicName
 dns:
 loadBalancer:
  additionalSecurityGroups class crossZoneLoadBalancing idleTimeoutSeconds securityGroupOverride sslCertificate sslPolicy type useForInternalAPI
  accessLog:
   bucket bucketPrefix interval
  subnets:
   allocationID name privateIPv4Address
assets:
 containerProxy containerRegistry fileRepository
authentication:
 aws:
  backendMode clusterID cpuLimit.* cpuRequest.* image memoryLimit.* memoryRequest.*
  identityMappings:
   arn groups username
 kopeio:
 oidc:
  clientID groupsClaims groupsPrefix issuerURL requiredClaims.* usernameClaim usernamePrefix
authorization:
 alwaysAllow:
 rbac:
certManager:
 defaultIssuer enabled featureGates.* hostedZoneIDs image managed nameservers
cloudConfig:
 manageStorageClasses
cloudControllerManager:
 allocateNodeCIDRs allowUntaggedCloud cidrAllocatorType cloudProvider clusterCIDR clusterName concurrentNodeSyncs configureCloudRoutes controllers cpuRequest.* enableLeaderMigration image logLevel master nodeStatusUpdateFrequency.* useServiceAccountCredentials
 leaderElection:
  leaderElect leaderElectLeaseDuration.* leaderElectRenewDeadlineDuration.* leaderElectResourceLock leaderElectResourceName leaderElectResourceNamespace leaderElectRetryPeriod.*
cloudProvider:
 aws:
  binariesLocation disableSecurityGroupIngress elbSecurityGroup nodeIPFamilies spotinstOrientation spotinstProduct
  ebsCSIDriver:
   hostNetwork kubeAPIBurst kubeAPIQPS.* managed podAnnotations.* version volumeAttachLimit
  loadBalancerController:
   cpuLimit.* cpuRequest.* enableShield enableWAF enableWAFv2 enabled memoryLimit.* memoryRequest.* version
  nodeTerminationHandler:
   cpuRequest.* deleteSQSMsgIfNodeNotFound enableRebalanceDraining enableRebalanceMonitoring enableSQSTerminationDraining enableScheduledEventDraining enableSpotInterruptionDraining enabled excludeFromLoadBalancers managedASGTag memoryLimit.* memoryRequest.* podTerminationGracePeriod prometheusEnable taintNode version webhookTemplate webhookURL
  podIdentityWebhook:
   enabled replicas
  warmPool:
   additionalImages enableLifecycleHook lifecycleHookTimeout maxSize minSize
clusterAutoscaler:
 awsUseStaticInstanceList balanceSimilarNodeGroups cordonNodeBeforeTerminating cpuRequest.* createPriorityExpanderConfig customPriorityExpanderConfig.* emitPerNodegroupMetrics enabled expander ignoreDaemonSetsUtilization image maxNodeProvisionTime memoryRequest.* newPodScaleUpDelay podAnnotations.* scaleDownDelayAfterAdd scaleDownUnneededTime scaleDownUnreadyTime scaleDownUtilizationThreshold skipNodesWithCustomControllerPods skipNodesWithLocalStorage skipNodesWithSystemPods
configStore:
 base keypairs secrets
containerd:
 address configAdditions.* configOverride installCriCtl installNerdCtl logLevel registryMirrors.* root sandboxImage selinuxEnabled skipInstall state useECRCredentialsForMirrors version
 nri:
  enabled pluginRegistrationTimeout.* pluginRequestTimeout.*
 nvidiaGPU:
  enabled image package
  dcgmExporter:
   enabled
 packages:
  hashAmd64 hashArm64 urlAmd64 urlArm64
 runc:
  version
  packages:
   hashAmd64 hashArm64 urlAmd64 urlArm64
controlPlaneKubelet:
 allowedUnsafeSysctls anonymousAuth authenticationTokenWebhook authenticationTokenWebhookCacheTTL.* authorizationMode bootstrapKubeconfig cgroupDriver cgroupRoot cloudProvider clusterDNS clusterDomain containerLogMaxFiles containerLogMaxSize cpuCFSQuota cpuCFSQuotaPeriod.* cpuManagerPolicy crashLoopBackOffMaxContainerRestartPeriod.* enableCadvisorJsonEndpoints enableDebuggingHandlers enforceNodeAllocatable eventBurst eventQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod.* evictionSoft evictionSoftGracePeriod experimentalAllocatableIgnoreEviction failSwapOn featureGates.* hairpinMode housekeepingInterval.* imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge.* imageMinimumGCAge.* imagePullProgressDeadline.* kernelMemcgNotification kubeReserved.* kubeReservedCgroup kubeconfigPath kubeletCgroups logFormat logLevel maxParallelImagePulls maxPods memorySwapBehavior networkPluginMTU networkPluginName nodeStatusUpdateFrequency.* nonMasqueradeCIDR podCIDR podInfraContainerImage podManifestPath podPidsLimit protectKernelDefaults readOnlyPort registerNode registryBurst registryPullQPS resolvConf rootDir rotateCertificates runtimeCgroups runtimeRequestTimeout.* seccompDefault seccompProfileRoot serializeImagePulls shutdownGracePeriod.* shutdownGracePeriodCriticalPods.* streamingConnectionIdleTimeout.* systemCgroups systemReserved.* systemReservedCgroup taints tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy volumePluginDirectory volumeStatsAggPeriod.*
dnsControllerGossipConfig:
 listen protocol secret seed
 secondary:
  listen protocol secret seed
etcdClusters:
 cpuRequest.* image memoryRequest.* name version
 backups:
  backupStore image
 etcdMembers:
  encryptedVolume instanceGroup kmsKeyID name volumeIOPS volumeSize volumeThroughput volumeType
 manager:
  backupInterval.* backupRetentionDays discoveryPollInterval.* image listenMetricsURLs logLevel
  env:
   name value
externalDNS:
 provider watchIngress watchNamespace
fileAssets:
 content isBase64 mode name path roles
gossipConfig:
 listen protocol secret
 secondary:
  listen protocol secret
hooks:
 before enabled manifest name requires roles useRawManifest
 execContainer:
  command environment.* image
iam:
 allowContainerRegistry permissionsBoundary useServiceAccountExternalPermissions
 serviceAccountExternalPermissions:
  name namespace
  aws:
   inlinePolicy policyARNs
karpenter:
 cpuRequest.* enabled featureGates image logEncoding logLevel memoryLimit.* memoryRequest.*
kubeAPIServer:
 additionalServiceAccountIssuers address admissionControl admissionControlConfigFile advertiseAddress anonymousAuth apiAudiences apiServerCount appendAdmissionPlugins auditDynamicConfiguration auditLogFormat auditLogMaxAge auditLogMaxBackups auditLogMaxSize auditLogPath auditPolicyFile auditWebhookBatchBufferSize auditWebhookBatchMaxSize auditWebhookBatchMaxWait.* auditWebhookBatchThrottleBurst auditWebhookBatchThrottleEnable auditWebhookBatchThrottleQps.* auditWebhookConfigFile auditWebhookInitialBackoff.* auditWebhookMode authenticationConfigFile authenticationTokenWebhookCacheTtl.* authenticationTokenWebhookConfigFile authorizationMode authorizationWebhookCacheAuthorizedTTL.* authorizationWebhookCacheUnauthorizedTTL.* authorizationWebhookConfigFile bindAddress clientCAFile cloudProvider corsAllowedOrigins cpuLimit.* cpuRequest.* defaultNotReadyTolerationSeconds defaultUnreachableTolerationSeconds deleteCollectionWorkers disableAdmissionPlugins disableBasicAuth enableAdmissionPlugins enableAggregatorRouting enableBootstrapTokenAuth enableContentionProfiling enableProfiling encryptionProviderConfig env.* etcdServers etcdServersOverrides eventTTL.* featureGates.* goawayChance http2MaxStreamsPerConnection image insecureBindAddress insecurePort kubeletCertificateAuthority kubeletPreferredAddressTypes logFormat logLevel maxMutatingRequestsInflight maxRequestsInflight memoryLimit.* memoryRequest.* minRequestTimeout oidcCAFile requestTimeout.* requestheaderAllowedNames requestheaderExtraHeaderPrefixes requestheaderGroupHeaders requestheaderUsernameHeaders runtimeConfig.* securePort serviceAccountIssuer serviceAccountJWKSURI serviceAccountKeyFile serviceAccountSigningKeyFile serviceClusterIPRange serviceNodePortRange storageBackend tlsCipherSuites tlsMinVersion tokenAuthFile watchCache watchCacheSizes
kubeControllerManager:
 ClusterSigningDuration.* allocateNodeCIDRs attachDetachReconcileSyncPeriod.* authenticationKubeconfig authorizationAlwaysAllowPaths authorizationKubeconfig cidrAllocatorType cloudProvider clusterCIDR clusterName concurrentDeploymentSyncs concurrentEndpointSyncs concurrentHorizontalPodAustoscalerSyncs concurrentJobSyncs concurrentNamespaceSyncs concurrentRCSyncs concurrentReplicasetSyncs concurrentResourceQuotaSyncs concurrentServiceSyncs concurrentServiceaccountTokenSyncs configureCloudRoutes controllers cpuLimit.* cpuRequest.* disableAttachDetachReconcileSync enableContentionProfiling enableLeaderMigration enableProfiling endpointSliceUpdatesBatchPeriod.* endpointUpdatesBatchPeriod.* experimentalClusterSigningDuration.* externalCloudVolumePlugin featureGates.* horizontalPodAutoscalerCpuInitializationPeriod.* horizontalPodAutoscalerDownscaleDelay.* horizontalPodAutoscalerDownscaleStabilization.* horizontalPodAutoscalerInitialReadinessDelay.* horizontalPodAutoscalerSyncPeriod.* horizontalPodAutoscalerTolerance.* horizontalPodAutoscalerUpscaleDelay.* horizontalPodAutoscalerUseRestClients image kubeAPIBurst kubeAPIQPS.* logFormat logLevel master memoryLimit.* memoryRequest.* minResyncPeriod nodeCIDRMaskSize nodeMonitorGracePeriod.* nodeMonitorPeriod.* podEvictionTimeout.* terminatedPodGCThreshold tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile useServiceAccountCredentials
 leaderElection:
  leaderElect leaderElectLeaseDuration.* leaderElectRenewDeadlineDuration.* leaderElectResourceLock leaderElectResourceName leaderElectResourceNamespace leaderElectRetryPeriod.*
kubeDNS:
 affinity.* cacheMaxConcurrent cacheMaxSize coreDNSImage cpaImage cpuRequest.* domain externalCoreFile memoryLimit.* memoryRequest.* podAnnotations.* provider serverIP stubDomains.* tolerations.* upstreamNameservers
 nodeLocalDNS:
  additionalConfig cpuRequest.* enabled externalCoreFile forwardToKubeDNS image localIP memoryRequest.* podAnnotations.*
kubeProxy:
 clusterCIDR conntrackMaxPerCore conntrackMin cpuLimit.* cpuRequest.* enabled featureGates.* image ipvsExcludeCIDRs ipvsMinSyncPeriod.* ipvsScheduler ipvsSyncPeriod.* logLevel master memoryLimit.* memoryRequest.* metricsBindAddress proxyMode
kubeScheduler:
 authenticationKubeconfig authorizationAlwaysAllowPaths authorizationKubeconfig burst cpuLimit.* cpuRequest.* enableContentionProfiling enableProfiling featureGates.* image kubeAPIBurst kubeAPIQPS.* logFormat logLevel master maxPersistentVolumes memoryLimit.* memoryRequest.* qps.* tlsCertFile tlsPrivateKeyFile usePolicyConfigMap
 leaderElection:
  leaderElect leaderElectLeaseDuration.* leaderElectRenewDeadlineDuration.* leaderElectResourceLock leaderElectResourceName leaderElectResourceNamespace leaderElectRetryPeriod.*
kubelet:
 allowedUnsafeSysctls anonymousAuth authenticationTokenWebhook authenticationTokenWebhookCacheTTL.* authorizationMode bootstrapKubeconfig cgroupDriver cgroupRoot cloudProvider clusterDNS clusterDomain containerLogMaxFiles containerLogMaxSize cpuCFSQuota cpuCFSQuotaPeriod.* cpuManagerPolicy crashLoopBackOffMaxContainerRestartPeriod.* enableCadvisorJsonEndpoints enableDebuggingHandlers enforceNodeAllocatable eventBurst eventQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod.* evictionSoft evictionSoftGracePeriod experimentalAllocatableIgnoreEviction failSwapOn featureGates.* hairpinMode housekeepingInterval.* imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge.* imageMinimumGCAge.* imagePullProgressDeadline.* kernelMemcgNotification kubeReserved.* kubeReservedCgroup kubeconfigPath kubeletCgroups logFormat logLevel maxParallelImagePulls maxPods memorySwapBehavior networkPluginMTU networkPluginName nodeStatusUpdateFrequency.* nonMasqueradeCIDR podCIDR podInfraContainerImage podManifestPath podPidsLimit protectKernelDefaults readOnlyPort registerNode registryBurst registryPullQPS resolvConf rootDir rotateCertificates runtimeCgroups runtimeRequestTimeout.* seccompDefault seccompProfileRoot serializeImagePulls shutdownGracePeriod.* shutdownGracePeriodCriticalPods.* streamingConnectionIdleTimeout.* systemCgroups systemReserved.* systemReservedCgroup taints tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy volumePluginDirectory volumeStatsAggPeriod.*
metricsServer:
 enabled image insecure
networking:
 additionalNetworkCIDRs isolateControlPlane networkCIDR networkID nonMasqueradeCIDR podCIDR serviceClusterIPRange tagSubnets
 amazonVPC:
  image initImage networkPolicyAgentImage
  env:
   name value
 calico:
  allowIPForwarding awsSrcDstCheck bpfEnabled bpfExternalServiceMode bpfKubeProxyIptablesCleanupEnabled bpfLogLevel chainInsertMode cpuRequest.* encapsulationMode ipipMode iptablesBackend ipv4AutoDetectionMethod ipv6AutoDetectionMethod logSeverityScreen mtu prometheusGoMetricsEnabled prometheusMetricsEnabled prometheusMetricsPort prometheusProcessMetricsEnabled registry typhaPrometheusMetricsEnabled typhaPrometheusMetricsPort typhaReplicas version vxlanMode wireguardEnabled
 canal:
  chainInsertMode cpuRequest.* defaultEndpointToHostAction flanneldIptablesForwardRules iptablesBackend logSeveritySys mtu prometheusGoMetricsEnabled prometheusMetricsEnabled prometheusMetricsPort prometheusProcessMetricsEnabled typhaPrometheusMetricsEnabled typhaPrometheusMetricsPort typhaReplicas
 cilium:
  agentPodAnnotations.* agentPrometheusPort autoDirectNodeRoutes bpfCTGlobalAnyMax bpfCTGlobalTCPMax bpfLBAlgorithm bpfLBMaglevTableSize bpfLBMapMax bpfLBSockHostNSOnly bpfNATGlobalMax bpfNeighGlobalMax bpfPolicyMapMax chainingMode clusterID clusterName cniExclusive cpuRequest.* debug disableCNPStatusUpdates disableEndpointCRD enableBPFMasquerade enableEncryption enableEndpointHealthChecking enableHostReachableServices enableL7Proxy enableLocalRedirectPolicy enableNodePort enablePolicy enablePrometheusMetrics enableRemoteNodeIdentity enableServiceTopology enableUnreachableRoutes encryptionType etcdManaged identityAllocationMode identityChangeGracePeriod installIptablesRules ipam masquerade memoryRequest.* metrics monitorAggregation nodeEncryption operatorPodAnnotations.* preallocateBPFMaps registry sidecarIstioProxyImage toFQDNsDNSRejectResponseCode toFQDNsEnablePoller tunnel version
  gatewayAPI:
   enableSecretsSync enabled
  hubble:
   enabled metrics
  ingress:
   defaultLoadBalancerMode enableSecretsSync enabled enforceHttps loadBalancerAnnotationPrefixes sharedLoadBalancerServiceName
 cni:
  usesSecondaryIP
 egressProxy:
  excludes
  httpProxy:
   host port
 external:
 flannel:
  backend iptablesResyncSeconds
 gcp:
 kindnet:
  adminNetworkPolicies baselineAdminNetworkPolicies dnsCaching fastPathThreshold logLevel nat64 networkPolicies version
  masquerade:
   enabled nonMasqueradeCIDRs
 kopeio:
 kubeRouter:
 kubenet:
 subnets:
  cidr egress id ipv6CIDR name publicIP region type zone
  additionalRoutes:
   cidr target
 topology:
  dns
  bastion:
   publicName
   loadBalancer:
    additionalSecurityGroups type
 weave:
  connLimit cpuLimit.* cpuRequest.* memoryLimit.* memoryRequest.* mtu netExtraArgs noMasqLocal npcCPULimit.* npcCPURequest.* npcExtraArgs npcMemoryLimit.* npcMemoryRequest.* version
nodeProblemDetector:
 cpuLimit.* cpuRequest.* enabled image memoryLimit.* memoryRequest.*
ntp:
 managed
rollingUpdate:
 drainAndTerminate maxSurge.* maxUnavailable.*
serviceAccountIssuerDiscovery:
 additionalAudiences discoveryStore enableAWSOIDCProvider
 discoveryService:
  url
snapshotController:
 enabled installDefaultClass
target:
 terraform:
  filesProviderExtraConfig.* providerExtraConfig.*
`,
  "kops.k8s.io/v1alpha3 InstanceGroup": `
additionalSecurityGroups associatePublicIP autoscale autoscalePriority capacityRebalance cloudLabels.* compressUserData cpuCredits detailedInstanceMonitoring gcpProvisioningModel image instanceInterruptionBehavior instanceProtection machineType manager maxInstanceLifetime.* maxPrice maxSize minSize nodeLabels.* packages role securityGroupOverride spotDurationInMinutes subnets suspendProcesses sysctlParameters taints tenancy updatePolicy zones
additionalUserData:
 content name type
containerd:
 address configAdditions.* configOverride installCriCtl installNerdCtl logLevel registryMirrors.* root sandboxImage selinuxEnabled skipInstall state useECRCredentialsForMirrors version
 nri:
  enabled pluginRegistrationTimeout.* pluginRequestTimeout.*
 nvidiaGPU:
  enabled image package
  dcgmExporter:
   enabled
 packages:
  hashAmd64 hashArm64 urlAmd64 urlArm64
 runc:
  version
  packages:
   hashAmd64 hashArm64 urlAmd64 urlArm64
externalLoadBalancers:
 loadBalancerName targetGroupARN
fileAssets:
 content isBase64 mode name path roles
guestAccelerators:
 acceleratorCount acceleratorType
hooks:
 before enabled manifest name requires roles useRawManifest
 execContainer:
  command environment.* image
iam:
 profile
instanceMetadata:
 httpPutResponseHopLimit httpTokens
kubelet:
 allowedUnsafeSysctls anonymousAuth authenticationTokenWebhook authenticationTokenWebhookCacheTTL.* authorizationMode bootstrapKubeconfig cgroupDriver cgroupRoot cloudProvider clusterDNS clusterDomain containerLogMaxFiles containerLogMaxSize cpuCFSQuota cpuCFSQuotaPeriod.* cpuManagerPolicy crashLoopBackOffMaxContainerRestartPeriod.* enableCadvisorJsonEndpoints enableDebuggingHandlers enforceNodeAllocatable eventBurst eventQPS evictionHard evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod.* evictionSoft evictionSoftGracePeriod experimentalAllocatableIgnoreEviction failSwapOn featureGates.* hairpinMode housekeepingInterval.* imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge.* imageMinimumGCAge.* imagePullProgressDeadline.* kernelMemcgNotification kubeReserved.* kubeReservedCgroup kubeconfigPath kubeletCgroups logFormat logLevel maxParallelImagePulls maxPods memorySwapBehavior networkPluginMTU networkPluginName nodeStatusUpdateFrequency.* nonMasqueradeCIDR podCIDR podInfraContainerImage podManifestPath podPidsLimit protectKernelDefaults readOnlyPort registerNode registryBurst registryPullQPS resolvConf rootDir rotateCertificates runtimeCgroups runtimeRequestTimeout.* seccompDefault seccompProfileRoot serializeImagePulls shutdownGracePeriod.* shutdownGracePeriodCriticalPods.* streamingConnectionIdleTimeout.* systemCgroups systemReserved.* systemReservedCgroup taints tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile topologyManagerPolicy volumePluginDirectory volumeStatsAggPeriod.*
mixedInstancesPolicy:
 instances onDemandAboveBase onDemandAllocationStrategy onDemandBase spotAllocationStrategy spotInstancePools
 instanceRequirements:
  cpu:
   max.* min.*
  memory:
   max.* min.*
rollingUpdate:
 drainAndTerminate maxSurge.* maxUnavailable.*
rootVolume:
 encryption encryptionKey iops optimization size throughput type
volumeMounts:
 device filesystem formatOptions mountOptions path
volumes:
 deleteOnTermination device encrypted iops key size throughput type
warmPool:
 additionalImages enableLifecycleHook lifecycleHookTimeout maxSize minSize
`,
};
