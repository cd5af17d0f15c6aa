import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import { startPython, type Started } from "./python";

const HOST = "127.0.0.1";

/**
 * What happens to one request: `pass`; `lose` does it and breaks the connection instead of an answer; `swallow` answers
 * well and does nothing; a number is the status of an S3 error.
 */
export type Fate = "pass" | "lose" | "swallow" | number;

/** moto's S3 behind a proxy that a test can make fail. */
export class StateServer {
  /** `PUT /bucket/key` of every request so far. */
  public readonly requests: string[] = [];
  /** Decides about each request. */
  public fate: (request: string) => Fate = () => "pass";
  /** What somebody else does between a request and its answer. */
  public meanwhile: (request: string) => Promise<void> = () => Promise.resolve();

  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly moto: Started,
    private readonly motoPort: number,
    private readonly proxy: Server,
  ) {}

  public static async start(): Promise<StateServer> {
    const motoPort = await freePort();
    const moto = startPython(["-m", "moto.server", "-H", HOST, "-p", String(motoPort)]);
    const proxy = createServer();
    const server = new StateServer(moto, motoPort, proxy);
    proxy.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      void server.handle(incoming, outgoing);
    });
    await listen(proxy, 0);
    await server.untilItAnswers();
    return server;
  }

  public async stop(): Promise<void> {
    this.proxy.closeAllConnections();
    this.proxy.close();
    this.moto.process.kill();
    await this.moto.ended;
  }

  /** For the scripts: how to reach it. */
  public get environment(): NodeJS.ProcessEnv {
    return {
      AWS_ENDPOINT_URL: `http://${HOST}:${portOf(this.proxy)}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** moto itself, without the proxy. */
  public get motoUrl(): string {
    return `http://${HOST}:${this.motoPort}`;
  }

  public async createBucket(bucket: string): Promise<string> {
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const versioning = { Status: "Enabled" } as const;
    await this.s3.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: versioning }),
    );
    return `s3://${bucket}`;
  }

  public async keys(bucket: string): Promise<readonly string[]> {
    const page = await this.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    return (page.Versions ?? []).map((version) => version.Key ?? "");
  }

  /** All versions of an object, newest first. */
  public async history(bucket: string, key: string): Promise<readonly string[]> {
    const page = await this.s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
    const bodies = (page.Versions ?? []).map(async ({ VersionId }) => {
      const found = await this.s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, VersionId }),
      );
      return (await found.Body?.transformToString()) ?? "";
    });
    return Promise.all(bodies);
  }

  private get s3(): S3Client {
    return new S3Client({
      endpoint: this.motoUrl,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      forcePathStyle: true,
    });
  }

  private async untilItAnswers(): Promise<void> {
    for (;;) {
      const answer = await fetch(this.motoUrl).catch(() => undefined);
      if (answer !== undefined) return;
      if (this.moto.process.exitCode !== null)
        throw new Error(`moto ended: ${(await this.moto.ended).stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const line = `${incoming.method ?? ""} ${decodeURIComponent(incoming.url ?? "")}`;
    this.requests.push(line);
    const fate = this.fate(line);
    const body = await bytesOf(incoming);
    if (typeof fate === "number") {
      outgoing.writeHead(fate, { "content-type": "application/xml" });
      outgoing.end(incoming.method === "HEAD" ? undefined : errorXml(fate));
    } else if (fate === "swallow") {
      outgoing.writeHead(200, { etag: '"0"' }).end();
    } else {
      const answer = await this.oneWriteAtATime(incoming, body);
      await this.meanwhile(line);
      if (fate === "lose") outgoing.destroy();
      else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    }
  }

  /** moto looks at If-Match and writes in two steps; S3 does it in one. */
  private oneWriteAtATime(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    if (incoming.method !== "PUT") return this.forward(incoming, body);
    const answer = this.writing.then(() => this.forward(incoming, body));
    this.writing = answer.catch(() => undefined);
    return answer;
  }

  private forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, url: path, headers } = incoming;
    const port = this.motoPort;
    return new Promise((resolve, reject) => {
      const passed = request({ host: HOST, port, method, path, headers }, (answer) => {
        const { statusCode: status = 500, headers: answered } = answer;
        bytesOf(answer).then((bytes) => {
          resolve({ status, headers: answered, body: bytes });
        }, reject);
      });
      passed.once("error", reject).end(body);
    });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Makes a server listen on loopback. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve));
  return portOf(server);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** All of a body. */
export async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function errorXml(status: number): string {
  const code = status === 403 ? "AccessDenied" : "InternalError";
  return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>by the test</Message></Error>`;
}
