// The callbacks given to `subscribe(task_id, …)`, called by the events of that task.

export interface TaskCallbacks {
  progress?(data: TaskEvent): void;
  success?(data: TaskEvent): void;
  // Called at success, too: the name that Frappe uses everywhere else.
  callback?(data: TaskEvent): void;
  error?(data: TaskEvent): void;
  // Called after every event of the task.
  always?(data: TaskEvent): void;
  // Any other status, in lower case: `queued`, `running`, …
  [status: string]: ((data: TaskEvent) => void) | undefined;
}

export interface TaskEvent {
  task_id?: string;
  status?: string;
  status_code?: number;
  [key: string]: unknown;
}

export type OpenTasks = Record<string, TaskCallbacks | undefined>;

export function on_task_progress(tasks: OpenTasks, data: TaskEvent): void {
  answer(tasks, data, ["progress"]);
}

export function on_task_status(tasks: OpenTasks, data: TaskEvent): void {
  const status = String(data?.status ?? "").toLowerCase();
  const names = status === "success" ? ["success", "callback"] : [status];
  const failed = Number(data?.status_code) >= 400 && !names.includes("error");
  answer(tasks, data, failed ? [...names, "error"] : names);
}

function answer(tasks: OpenTasks, data: TaskEvent, names: string[]): void {
  const id = data?.task_id;
  if (id === undefined || !Object.hasOwn(tasks, id)) return;
  const callbacks = tasks[id];
  for (const name of [...names, "always"]) {
    if (callbacks && Object.hasOwn(callbacks, name)) callbacks[name]?.(data);
  }
}
