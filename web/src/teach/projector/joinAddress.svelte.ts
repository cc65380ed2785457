/** Where students type the code: the server's own address of the class, without the scheme. */
import { listSessions } from '../calls';

/** The instructor's own address may be one that only this computer knows (localhost): the class has the other. */
export class JoinAddress {
  host = $state(location.host);

  find(lectureId: number, sessionId: number): void {
    void listSessions(lectureId).then(
      ({ sessions }) => {
        const mine = sessions.find((row) => row.session_id === sessionId);
        if (mine) this.host = new URL(mine.join_url).host;
      },
      () => undefined,
    );
  }
}
