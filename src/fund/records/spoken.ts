/** What was said on the phone, before and after somebody writes it down. */
export interface Spoken {
  /** `_id` of the recording, which is deleted after the community's term. */
  recording: string;
  /** `lost`: the recording never came, or was deleted before anybody wrote it down. */
  state: 'beingWrittenDown' | 'writtenDown' | 'lost';
  /** Who wrote it down, and when. */
  by?: string;
  at?: Date;
}

export const spokenFields = { type: { recording: String, state: String, by: String, at: Date }, _id: false };
