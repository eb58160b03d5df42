-- Notices that leave a queue (`keys` as in queues) that is full, the first first: each is the oldest about the account
-- that the most are about by then. Looks at all of them.
local function leavers(keys, most)
  local flat, counts, queues, buckets, top = redis.call('HGETALL', keys[4]), {}, {}, {}, 0
  for i = 1, #flat, 2 do counts[flat[i]] = tonumber(flat[i + 1]) end
  for _, id in ipairs(redis.call('ZRANGE', keys[2], 0, -1)) do
    local account = string.match(id, '^[^.]+')
    if not queues[account] then
      local count = counts[account] or 0
      queues[account], top = { next = 1 }, math.max(top, count)
      buckets[count] = buckets[count] or { next = 1 }
      table.insert(buckets[count], account)
    end
    table.insert(queues[account], id)
  end
  local found = {}
  while top >= 0 and #found < most do
    local bucket = buckets[top] or { next = 1 }
    local account = bucket[bucket.next]
    if not account then
      top = top - 1
    else
      bucket.next = bucket.next + 1
      local queue = queues[account]
      table.insert(found, queue[queue.next])
      queue.next = queue.next + 1
      if queue[queue.next] and top > 0 then
        buckets[top - 1] = buckets[top - 1] or { next = 1 }
        table.insert(buckets[top - 1], account)
      end
    end
  end
  return found
end
