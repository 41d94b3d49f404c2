// Keys that the machine hands out over HTTP to whom it runs.
#pragma once

#include "engine/aws/credential_source.h"

namespace redshift {

/// The role of an ECS task or an EKS pod: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, with the token
/// in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (read anew each time) or AWS_CONTAINER_AUTHORIZATION_TOKEN.
/// Plain HTTP goes only to this machine and to the addresses of ECS and EKS.
CredentialSource ContainerKeys(const CredentialSurroundings& surroundings);

/// The role of an EC2 instance, by version 2 of its metadata service. Nothing where none answers or
/// AWS_EC2_METADATA_DISABLED is true. AWS_EC2_METADATA_SERVICE_ENDPOINT and _ENDPOINT_MODE count.
CredentialSource InstanceKeys(const CredentialSurroundings& surroundings);

/// The region of an EC2 instance; empty where there is none.
std::string InstanceRegion(const HostEnvironment& environment, HttpClient& http);

/// The URL that a container's keys are asked from; empty when there is none, Invalid when keys must not be
/// asked for there.
arrow::Result<std::string> ContainerUrl(const HostEnvironment& environment);

}  // namespace redshift
