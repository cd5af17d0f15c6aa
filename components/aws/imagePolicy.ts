import { type AwsAccount, ecrRepositoryArn } from "./awsNames";
import { allow, type PolicyStatement } from "./policyDocument";
import { allowUnscoped } from "./unscopedActions";

const PUSH_ACTIONS = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
] as const;

/**
 * Pushing to one image repository, and nothing to any other. The login is for the whole registry:
 * ECR has no resource for it, and it gives no right by itself.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
export function pushStatements(
  account: AwsAccount,
  repository: string,
): readonly PolicyStatement[] {
  return [
    allowUnscoped("LogInToRegistry", ["ecr:GetAuthorizationToken"]),
    allow("PushImage", PUSH_ACTIONS, [ecrRepositoryArn(account, repository)]),
  ];
}

/** ECR repository of a location's released images. */
export function imageRepositoryName(stack: string, location: string): string {
  return `dagster-${stack}/${location}`;
}

/** ECR repository of a location's images of pull requests; no location has this name's folder. */
export function branchImageRepositoryName(stack: string, location: string): string {
  return `dagster-${stack}-branches/${location}`;
}

/** All repositories of images of pull requests. */
export function branchImageRepositoryArns(account: AwsAccount, stack: string): readonly string[] {
  return [ecrRepositoryArn(account, branchImageRepositoryName(stack, "*"))];
}

/** All repositories of a stack. */
export function imageRepositoryArns(account: AwsAccount, stack: string): readonly string[] {
  return [
    ecrRepositoryArn(account, imageRepositoryName(stack, "*")),
    ...branchImageRepositoryArns(account, stack),
  ];
}
