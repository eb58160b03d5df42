export const formatTime = (time: number) => new Date(time).toISOString();
