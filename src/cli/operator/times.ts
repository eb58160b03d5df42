export const formatTime = (time: number) => new Date(time).toISOString();

export const timeOrNone = (time: number | undefined) => (time === undefined ? undefined : formatTime(time));
