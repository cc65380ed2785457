import type { ClassroomRoomFrame, Delivered, RtDelivery } from '../protocol.gen';

/** Instructors hear of the class, and how far its steps have come. */
export type Heard = (ClassroomRoomFrame | RtDelivery) & Delivered;
