// What this device keeps, in IndexedDB: boxes that only this browser can open (AES-GCM by a key that no program
// can read out) under names that are not readable either, and the queue of what is unsent. Used by the page and
// by the service worker. Where a browser cannot keep (no https, storage forbidden) `open` answers undefined and
// everything lasts as long as the page.

/** Without contact for this long, what is kept is not shown any more but wiped. */
export const LONGEST_ALONE_MS = 24 * 60 * 60 * 1000;

const ALGORITHM = 'AES-GCM';
const IV_BYTES = 12;

/** The keys of one sign-in; a wipe ends them, and with them everything that other tabs still hold. */
interface Device {
  id: string;
  box: CryptoKey;
  name: CryptoKey;
}

interface Box {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** What is written belongs to a sign-in that has ended. */
export class Wiped extends Error {}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('storage'));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Wiped());
  });
}

function database(): Promise<IDBDatabase> {
  const request = indexedDB.open('samsyn', 1);
  request.onupgradeneeded = () => {
    for (const store of ['device', 'boxes', 'queue']) request.result.createObjectStore(store);
  };
  return asked(request);
}

async function newDevice(): Promise<Device> {
  const box = await crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ['encrypt', 'decrypt']);
  const name = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return { id: crypto.randomUUID(), box, name };
}

export class Store {
  #ended = false;

  private constructor(
    private readonly database: IDBDatabase,
    private readonly device: Device,
  ) {}

  /** Opens what is kept; without `create` undefined when there is nothing. */
  static async open(create: boolean): Promise<Store | undefined> {
    try {
      if (!globalThis.isSecureContext || !globalThis.indexedDB) return undefined;
      const opened = await database();
      const kept = await asked<Device | undefined>(opened.transaction('device').objectStore('device').get('device'));
      if (kept) return new Store(opened, kept);
      if (!create) {
        opened.close();
        return undefined;
      }
      // Two tabs may come here at once: the first one's keys stand.
      const made = await newDevice();
      const transaction = opened.transaction('device', 'readwrite');
      const devices = transaction.objectStore('device');
      const device = (await asked<Device | undefined>(devices.get('device'))) ?? made;
      devices.put(device, 'device');
      await finished(transaction);
      return new Store(opened, device);
    } catch {
      return undefined;
    }
  }

  /** An id that this device keeps until it is wiped. */
  get deviceId(): string {
    return this.device.id;
  }

  /** Its sign-in has ended: nothing can be written any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether what is kept is this person's; undefined: nobody has claimed it. */
  async belongsTo(member: string): Promise<boolean | undefined> {
    const owner = await asked<string | undefined>(this.#read('device').get('owner'));
    return owner === undefined ? undefined : owner === (await this.#key(member));
  }

  async claim(member: string): Promise<void> {
    const owner = await this.#key(member);
    const [values, done] = await this.#write('device');
    values.put(owner, 'owner');
    await done;
  }

  /** Writes boxes (null: takes one away), all or none; `whole`: nothing else is left. Throws `Wiped`. */
  async keep(changes: ReadonlyMap<string, Uint8Array<ArrayBuffer> | null>, whole = false): Promise<void> {
    const sealed: [key: string, box: Box | null][] = [];
    for (const [name, bytes] of changes) sealed.push([await this.#key(name), bytes && (await this.#seal(bytes))]);
    const [boxes, done] = await this.#write('boxes');
    if (whole) boxes.clear();
    for (const [key, box] of sealed) box ? boxes.put(box, key) : boxes.delete(key);
    await done;
  }

  /** The content of one box. */
  async one(name: string): Promise<Uint8Array | undefined> {
    const key = await this.#key(name);
    const box = await asked<Box | undefined>(this.#read('boxes').get(key));
    return box && this.#unseal(box);
  }

  /** The content of every box, in no order. */
  async all(): Promise<Uint8Array[]> {
    const boxes = await asked<Box[]>(this.#read('boxes').getAll());
    return Promise.all(boxes.map((box) => this.#unseal(box)));
  }

  /** A number greater than all before: the order of what this device sends. */
  async nextSequence(): Promise<number> {
    const [values, done] = await this.#write('device');
    const next = ((await asked<number | undefined>(values.get('sequence'))) ?? 0) + 1;
    values.put(next, 'sequence');
    await done;
    return next;
  }

  async enqueue(sequence: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const box = await this.#seal(bytes);
    const [queue, done] = await this.#write('queue');
    queue.put(box, sequence);
    await done;
  }

  async dequeue(sequence: number): Promise<void> {
    const [queue, done] = await this.#write('queue');
    queue.delete(sequence);
    await done;
  }

  /** What is unsent or refused, in its order. */
  async queue(): Promise<[sequence: number, bytes: Uint8Array][]> {
    const queue = this.#read('queue');
    const [keys, boxes] = await Promise.all([asked(queue.getAllKeys()), asked<Box[]>(queue.getAll())]);
    return Promise.all(boxes.map(async (box, i) => [Number(keys[i]), await this.#unseal(box)] as [number, Uint8Array]));
  }

  /** The server has answered: what is kept may be kept for another day. */
  async heard(): Promise<void> {
    const [values, done] = await this.#write('device');
    values.put(Date.now(), 'heard');
    await done;
  }

  /** Longer alone than it may be, or by a clock that was turned back. */
  async tooLongAlone(): Promise<boolean> {
    const heard = await asked<number | undefined>(this.#read('device').get('heard'));
    return heard !== undefined && Math.abs(Date.now() - heard) > LONGEST_ALONE_MS;
  }

  #read(store: string): IDBObjectStore {
    return this.database.transaction(store).objectStore(store);
  }

  /** A transaction that goes through only while the sign-in lasts. */
  async #write(store: string): Promise<[store: IDBObjectStore, done: Promise<void>]> {
    const transaction = this.database.transaction([store, 'device'], 'readwrite', { durability: 'strict' });
    const done = finished(transaction);
    const device = await asked<Device | undefined>(transaction.objectStore('device').get('device'));
    if (device?.id !== this.device.id) {
      this.#ended = true;
      transaction.abort();
      await done.catch(() => undefined);
      throw new Wiped();
    }
    return [transaction.objectStore(store), done];
  }

  async #key(name: string): Promise<string> {
    const mac = await crypto.subtle.sign('HMAC', this.device.name, new TextEncoder().encode(name));
    return btoa(String.fromCharCode(...new Uint8Array(mac)));
  }

  async #seal(bytes: Uint8Array<ArrayBuffer>): Promise<Box> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    return { iv, data: await crypto.subtle.encrypt({ name: ALGORITHM, iv }, this.device.box, bytes) };
  }

  async #unseal(box: Box): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.decrypt({ name: ALGORITHM, iv: box.iv }, this.device.box, box.data));
  }
}

/** Takes away everything that this device keeps, keys and all. */
export async function wipe(): Promise<void> {
  if (!globalThis.isSecureContext || !globalThis.indexedDB) return;
  const opened = await database();
  const transaction = opened.transaction(['device', 'boxes', 'queue'], 'readwrite', { durability: 'strict' });
  for (const store of ['device', 'boxes', 'queue']) transaction.objectStore(store).clear();
  await finished(transaction);
  opened.close();
}
