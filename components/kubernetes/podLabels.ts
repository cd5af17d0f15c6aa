/** Label of a location's pods, code server and runs; its value is the location's name. */
export const LOCATION_LABEL = "dagster-platform/location";

/** Label of the platform's own pods; its value says what they are for. */
export const ROLE_LABEL = "dagster-platform/role";
/** The Job that tells webserver and daemon of a changed workspace. */
export const ROLLOUT_ROLE = "rollout";
export const SIGN_IN_ROLE = "sign-in";

/** Label that the charts put on their pods, and its values. @see charts 1.12.19, templates/ */
export const COMPONENT_LABEL = "component";
export const CODE_SERVER_COMPONENT = "user-deployments";
export const WEBSERVER_COMPONENT = "dagster-webserver";
export const DAEMON_COMPONENT = "dagster-daemon";

/** Label that every namespace has, with its name. */
export const NAMESPACE_LABEL = "kubernetes.io/metadata.name";
