"""R57–R60: rooms, history, members and files as S4 knows them (contract 9.4)."""
