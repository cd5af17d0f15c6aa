import type { ApiAnswer, ApiRequest, ApiServer } from "./apiServer";

/** A comment, with the user's login on GitHub and the user's id on GitLab. */
export interface StoredComment {
  readonly id: number;
  readonly author: string | number | null;
  body: string;
  readonly system?: boolean;
}

/** The user of the token. */
export const GITHUB_BOT = "github-actions[bot]";
export const GITLAB_USER = 42;

interface Paths {
  readonly list: string;
  /** Of one comment; its id comes after it. */
  readonly one: string;
  readonly edit: string;
}

const PATHS: Readonly<Record<"github" | "gitlab", Paths>> = {
  github: {
    list: "/repos/acme/finance/issues/12/comments",
    one: "/repos/acme/finance/issues/comments/",
    edit: "PATCH",
  },
  gitlab: {
    list: "/projects/4/merge_requests/12/notes",
    one: "/projects/4/merge_requests/12/notes/",
    edit: "PUT",
  },
};

/** The comments of pull request 12 of acme/finance on GitHub, or of merge request 12 of project 4 on GitLab. */
export class CommentServer {
  public comments: StoredComment[] = [];
  /** What somebody else does just before a comment is made or edited. */
  public meanwhile: () => void = () => undefined;
  /** Comments of one page. */
  public pageSize = 100;

  private lastId = 1000;

  public constructor(
    private readonly api: ApiServer,
    private readonly system: "github" | "gitlab",
  ) {
    api.answer = (request) => this.answer(request);
  }

  /** Somebody writes. */
  public write(author: StoredComment["author"], body: string, system = false): StoredComment {
    const comment = { id: ++this.lastId, author, body, system };
    this.comments.push(comment);
    return comment;
  }

  /** What was asked for beside reading. */
  public get changes(): readonly string[] {
    return this.api.lines.filter((line) => !line.startsWith("GET "));
  }

  public get token(): unknown {
    const headers = this.api.requests[0]?.headers;
    return this.system === "github" ? headers?.authorization : headers?.["private-token"];
  }

  private answer(request: ApiRequest): ApiAnswer {
    const { list, one, edit } = PATHS[this.system];
    const [method = "", path = ""] = request.line.split(" ");
    if (request.line === "GET /user" && this.system === "gitlab")
      return { json: { id: GITLAB_USER, username: "project_4_bot" } };
    if (method === "GET" && path === list) return this.page(Number(request.query.get("page")));
    if (method === "POST" && path === list) {
      this.meanwhile();
      return { status: 201, json: this.shown(this.write(this.user, bodyOf(request))) };
    }
    if (method === edit) this.meanwhile();
    const found = this.comments.find(({ id }) => path === `${one}${id}`);
    if (found === undefined) return { status: 404, json: { message: "Not Found" } };
    if (method === edit) found.body = bodyOf(request);
    else this.comments = this.comments.filter((comment) => comment !== found);
    return method === edit ? { json: this.shown(found) } : { status: 204 };
  }

  private get user(): StoredComment["author"] {
    return this.system === "github" ? GITHUB_BOT : GITLAB_USER;
  }

  private page(number: number): ApiAnswer {
    const from = (number - 1) * this.pageSize;
    const json = this.comments.slice(from, from + this.pageSize).map((one) => this.shown(one));
    const isLast = from + this.pageSize >= this.comments.length;
    return { json, headers: isLast ? {} : { link: '<https://api/next>; rel="next"' } };
  }

  private shown({ id, author, body, system }: StoredComment): unknown {
    return this.system === "github"
      ? { id, body, user: author === null ? null : { login: author, type: "User" } }
      : { id, body, system, author: { id: author } };
  }
}

function bodyOf(request: ApiRequest): string {
  return (JSON.parse(request.body) as { body: string }).body;
}
