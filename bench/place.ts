/** Where a bench works: everything in it is deleted afterwards. */
export interface Place {
  /** Address of a database of this name on the bench's own MongoDB. */
  uri(database: string): string;
  /** A folder of this name, which does not exist yet. */
  folder(name: string): string;
  /** The program that the bench's own MongoDB runs. */
  readonly mongod: string;
}
