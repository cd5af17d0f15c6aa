/** Version of uv in all jobs. */
// renovate: datasource=pypi depName=uv
export const UV_VERSION = "0.13.9";
