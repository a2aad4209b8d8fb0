// The library of functions that runs inside Redis.
#include "server/journal/redis/functions.h"

#include <absl/strings/str_cat.h>

namespace samsyn::journal {
namespace {

constexpr char kFunctions[] = R"lua(#!lua name=samsyn_1
-- Revisions stay below 2^53, so a number of Lua holds them.

local function zeros() return string.rep('\0', 32) end  -- the digest before the first entry

local function text_of(revision) return string.format('%d', revision) end

-- The last entry of a stream: its revision and digest; 0 and zeros if there is none.
local function end_of(stream)
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if #last == 0 then return 0, zeros() end
  return tonumber(string.match(last[1][1], '^%d+')), last[1][2][2]
end

-- The digest at a revision; false: it is not there.
local function digest_at(stream, state, revision)
  if revision == 0 then return zeros() end
  local id = text_of(revision) .. '-0'
  local found = redis.call('XRANGE', stream, id, id)
  if #found > 0 then return found[1][2][2] end
  local trimmed = redis.call('HMGET', state, 'trimmed', 'trimmed_digest')
  if trimmed[1] and tonumber(trimmed[1]) == revision then return trimmed[2] end
  return false
end

local function set_mark(committed, revision, digest)
  local at = end_of(committed)
  if revision > at then
    redis.call('XADD', committed, 'MAXLEN', '=', 1, text_of(revision) .. '-0', 'd', digest)
  end
end

local function add_entries(journal, entries, base, args, first)
  local revision = base
  for i = first, #args, 2 do
    revision = revision + 1
    redis.call('XADD', journal, text_of(revision) .. '-0', 'd', args[i])
    redis.call('HSET', entries, text_of(revision), args[i + 1])
  end
  return revision
end

-- What of the municipality's state keeps it from being appended to, as a reply; nil: nothing.
local function refusal(state, server, run_id, epoch)
  local s = redis.call('HMGET', state, 'epoch', 'moved', 'fork')
  if not s[1] then return {'missing'} end
  if s[2] then return {'moved', s[2]} end
  if redis.call('HGET', server, 'opened') ~= run_id then return {'closed'} end
  if s[3] then return {'forked', s[3]} end
  if s[1] ~= epoch then return {'epoch', s[1]} end
  return nil
end

-- keys: state, server, journal, entries, committed
-- args: run id, epoch, "1": what is appended is committed by that, base revision, base digest,
--       then digest and bytes of each entry
-- gives: ok | missing | moved SERVER | closed | forked TEXT | epoch NOW |
--        other REVISION DIGEST MARK MARK_DIGEST (the journal ends there, not at the base)
local function append(keys, args)
  local refused = refusal(keys[1], keys[2], args[1], args[2])
  if refused then return refused end
  local revision, digest = end_of(keys[3])
  if revision ~= tonumber(args[4]) or digest ~= args[5] then
    local mark, mark_digest = end_of(keys[5])
    return {'other', revision, digest, mark, mark_digest}
  end
  local at = add_entries(keys[3], keys[4], revision, args, 6)
  if at > revision then
    if args[3] == '1' then set_mark(keys[5], at, args[#args - 1]) end
  elseif args[3] ~= '1' then
    -- A write, so that the WAIT that follows proves that this server still is the master.
    redis.call('HINCRBY', keys[1], 'probes', 1)
  end
  return {'ok'}
end

-- Before it is asked where the journal ends: whatever was sent before under the old epoch does not
-- happen any more. keys: state, server, journal, committed; args: run id
-- gives: ok EPOCH REVISION DIGEST MARK MARK_DIGEST | missing | moved SERVER | closed
local function fence(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved')
  if not s[1] then return {'missing'} end
  if s[2] then return {'moved', s[2]} end
  if redis.call('HGET', keys[2], 'opened') ~= args[1] then return {'closed'} end
  local epoch = redis.call('HINCRBY', keys[1], 'epoch', 1)
  local revision, digest = end_of(keys[3])
  local mark, mark_digest = end_of(keys[4])
  return {'ok', epoch, revision, digest, mark, mark_digest}
end

-- keys: journal, state, committed, server; args: run id, revision, digest
-- Moves the mark to an entry that is on enough replicas. gives: ok | closed | other
local function mark(keys, args)
  if redis.call('HGET', keys[4], 'opened') ~= args[1] then return {'closed'} end
  if digest_at(keys[1], keys[2], tonumber(args[2])) ~= args[3] then return {'other'} end
  set_mark(keys[3], tonumber(args[2]), args[3])
  return {'ok'}
end

-- keys: state, journal, entries, committed; args: after, most entries, most bytes
-- gives: missing | {ok, EPOCH, MARK, MARK_DIGEST, END, END_DIGEST, TRIMMED, MOVED, FORK, bytes…}
-- (the entries after `after` up to the mark; none if some of them are trimmed)
local function read(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'trimmed', 'moved', 'fork')
  if not s[1] then return {'missing'} end
  local revision, digest = end_of(keys[2])
  local mark, mark_digest = end_of(keys[4])
  local trimmed = tonumber(s[2] or 0)
  local result = {'ok', tonumber(s[1]), mark, mark_digest, revision, digest, trimmed, s[3] or '',
                  s[4] or ''}
  local after, left = tonumber(args[1]), tonumber(args[3])
  if after < trimmed then return result end
  local last = math.min(mark, after + tonumber(args[2]))
  while after < last and left > 0 do
    after = after + 1
    local bytes = redis.call('HGET', keys[3], text_of(after))
    if not bytes then return redis.error_reply('SAMSYN entry ' .. text_of(after) .. ' is gone') end
    left = left - #bytes
    result[#result + 1] = bytes
  end
  return result
end

-- keys: state, journal; args: revision
-- gives: missing | moved SERVER | ok DIGEST END END_DIGEST (the digest at that revision, nil: it is
-- not there)
local function lookup(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved')
  if not s[1] then return {'missing'} end
  if s[2] then return {'moved', s[2]} end
  local revision, digest = end_of(keys[2])
  return {'ok', digest_at(keys[2], keys[1], tonumber(args[1])), revision, digest}
end

-- Makes an empty journal. keys: state, codes, made; args: code. gives: ok | exists
local function create(keys, args)
  if redis.call('EXISTS', keys[1]) == 1 then return {'exists'} end
  redis.call('HSET', keys[1], 'epoch', 1)
  redis.call('SADD', keys[2], args[1])
  redis.call('XADD', keys[3], '*', 'code', args[1])
  return {'ok'}
end

-- What a copy has beyond the end of the journal, put back after the server lost it; only while the
-- server is being opened under this run id. keys: state, server, journal, entries
-- args: run id, base revision, base digest, then digest and bytes of each entry
-- gives: ok | open | missing | moved SERVER | other REVISION DIGEST
local function repair(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved')
  if not s[1] then return {'missing'} end
  if s[2] then return {'moved', s[2]} end
  if redis.call('HGET', keys[2], 'opened') == args[1] then return {'open'} end
  local revision, digest = end_of(keys[3])
  if revision ~= tonumber(args[2]) or digest ~= args[3] then return {'other', revision, digest} end
  add_entries(keys[3], keys[4], revision, args, 4)
  return {'ok'}
end

local function now_ms()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- A node is here, and has put back what its copies hold beyond the server's journals. When all have
-- that are alive, appends are taken under this run id.
-- keys: nodes, ready, server; args: run id, node, grace in ms (after which a node that has not come
-- is not waited for), dead in ms (a node that was not here for so long before is not waited for)
-- gives: 1: open; 0: others are awaited
local function ready(keys, args)
  local now = now_ms()
  redis.call('HSET', keys[2], args[2], args[1])
  local s = redis.call('HMGET', keys[3], 'opened', 'opening', 'since')
  if s[1] == args[1] then
    redis.call('HSET', keys[1], args[2], now)
    return 1
  end
  local since = tonumber(s[3] or 0)
  if s[2] ~= args[1] then
    since = now
    redis.call('HSET', keys[3], 'opening', args[1], 'since', text_of(now))
  end
  local nodes = redis.call('HGETALL', keys[1])
  for i = 1, #nodes, 2 do
    local node, seen = nodes[i], tonumber(nodes[i + 1])
    local is_ready = redis.call('HGET', keys[2], node) == args[1]
    local awaited = now < since + tonumber(args[3]) and seen > since - tonumber(args[4])
    if not is_ready and awaited then return 0 end
  end
  redis.call('HSET', keys[1], args[2], now)
  redis.call('HSET', keys[3], 'opened', args[1])
  redis.call('HDEL', keys[3], 'opening', 'since')
  return 1
end

-- A node is here. It may want to be the one that does what one node does for all: it is, if it was
-- until now or nobody is. keys: nodes, leader; args: node, for how long in ms (0: it does not want)
-- gives: Redis' time, microseconds, 1: it is the one
local function here(keys, args)
  redis.call('HSET', keys[1], args[1], now_ms())
  local t = redis.call('TIME')
  local leads = 0
  if args[2] ~= '0' then
    local leader = redis.call('GET', keys[2])
    if not leader or leader == args[1] then
      redis.call('SET', keys[2], args[1], 'PX', args[2])
      leads = 1
    end
  end
  return {t[1], t[2], leads}
end

-- A node leaves, so that nobody waits for it. keys: nodes, leader; args: node
local function gone(keys, args)
  redis.call('HDEL', keys[1], args[1])
  if redis.call('GET', keys[2]) == args[1] then redis.call('DEL', keys[2]) end
  return 1
end

-- Stops appends until a person has looked. keys: state; args: text. gives: the text that stands
local function fork(keys, args)
  redis.call('HSETNX', keys[1], 'fork', args[1])
  return redis.call('HGET', keys[1], 'fork')
end

-- keys: state; gives 1: there was a fork
local function resume(keys, args) return redis.call('HDEL', keys[1], 'fork') end

-- Puts a snapshot, whose pieces stand in a list of their own, in place of the one before.
-- keys: state, journal, committed, snapshot, list; args: revision, digest, pieces, sha256
-- gives: ok | other (that is no committed revision)
local function snapshot(keys, args)
  local revision = tonumber(args[1])
  if revision > end_of(keys[3]) or digest_at(keys[2], keys[1], revision) ~= args[2] then
    return {'other'}
  end
  local before = redis.call('HGET', keys[4], 'list')
  redis.call('PERSIST', keys[5])
  redis.call('DEL', keys[4])
  redis.call('HSET', keys[4], 'revision', args[1], 'digest', args[2], 'pieces', args[3], 'sha256',
             args[4], 'list', keys[5])
  if before and before ~= keys[5] then redis.call('UNLINK', before) end
  return {'ok'}
end

-- Forgets the oldest entries, at most `most` a call: never what no snapshot covers, never what not
-- two nodes that were here lately have in their copies, never the newest `keep`; nothing while the
-- journal is being moved or is moved.
-- keys: state, journal, entries, committed, snapshot, copies, nodes
-- args: keep, most, lately in ms. gives: how many
local function trim(keys, args)
  local moving = redis.call('HMGET', keys[1], 'leaving', 'moved')
  if moving[1] or moving[2] then return 0 end
  local now = now_ms()
  local first, second = 0, 0
  local copies = redis.call('HGETALL', keys[6])
  for i = 1, #copies, 2 do
    local held = tonumber(copies[i + 1])
    local seen = tonumber(redis.call('HGET', keys[7], copies[i]) or 0)
    if seen > now - tonumber(args[3]) then
      if held > first then first, second = held, first elseif held > second then second = held end
    end
  end
  local at = tonumber(redis.call('HGET', keys[1], 'trimmed') or 0)
  local covered = tonumber(redis.call('HGET', keys[5], 'revision') or 0)
  local floor = math.min(second, covered, end_of(keys[4]) - tonumber(args[1]), at + tonumber(args[2]))
  if floor <= at then return 0 end
  local digest = digest_at(keys[2], keys[1], floor)
  if not digest then return redis.error_reply('SAMSYN nothing at ' .. text_of(floor)) end
  redis.call('HSET', keys[1], 'trimmed', text_of(floor), 'trimmed_digest', digest)
  redis.call('XTRIM', keys[2], 'MINID', '=', text_of(floor + 1) .. '-0')
  for revision = at + 1, floor do redis.call('HDEL', keys[3], text_of(revision)) end
  return floor - at
end

-- Moving a municipality. On its old server `leaving` (the name of the new one) keeps the journal
-- whole, then `moved` closes it, and `left` says that it has been opened there. On the new one it has no epoch while it is on its way (`arriving`:
-- from where), so that it is missing for all but who brings it. `moves` counts: who finds it open on
-- two servers takes the one that it was moved to.

-- keys: state; args: to. gives: ok MOVES | missing | moved SERVER | forked TEXT
local function leaving(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved', 'fork', 'moves')
  if not s[1] then return {'missing'} end
  if s[2] and s[2] ~= args[1] then return {'moved', s[2]} end
  if s[3] then return {'forked', s[3]} end
  redis.call('HSET', keys[1], 'leaving', args[1])
  return {'ok', tonumber(s[4] or 0)}
end

-- After this nothing is appended here any more. keys: state, server, journal; args: run id, to
-- gives: ok EPOCH REVISION DIGEST | missing | moved SERVER | closed | forked TEXT
local function leave(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved', 'fork')
  if not s[1] then return {'missing'} end
  if s[2] and s[2] ~= args[2] then return {'moved', s[2]} end
  if redis.call('HGET', keys[2], 'opened') ~= args[1] then return {'closed'} end
  if s[3] then return {'forked', s[3]} end
  redis.call('HSET', keys[1], 'moved', args[2])
  local revision, digest = end_of(keys[3])
  return {'ok', redis.call('HINCRBY', keys[1], 'epoch', 1), revision, digest}
end

-- It stays after all. keys: state; args: to. gives: ok | missing | moved SERVER (and left)
local function stay(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved', 'left')
  if not s[1] then return {'missing'} end
  if s[3] or s[2] and s[2] ~= args[1] then return {'moved', s[2]} end
  redis.call('HDEL', keys[1], 'leaving', 'moved')
  redis.call('HINCRBY', keys[1], 'epoch', 1)
  return {'ok'}
end

-- It has been opened there: what stands here is old from now on. keys: state, codes; args: code, to
-- gives: ok | here (it is not moved there)
local function left(keys, args)
  if redis.call('HGET', keys[1], 'moved') ~= args[2] then return {'here'} end
  redis.call('HSET', keys[1], 'left', 1)
  redis.call('SREM', keys[2], args[1])
  return {'ok'}
end

-- The end of a journal on its way here, which may have no entry yet but a beginning elsewhere.
local function arriving_end(journal, state)
  local revision, digest = end_of(journal)
  local trimmed = redis.call('HMGET', state, 'trimmed', 'trimmed_digest')
  if revision == 0 and trimmed[1] then return tonumber(trimmed[1]), trimmed[2] end
  return revision, digest
end

-- A journal begins to come here, or goes on with that; what is left of a former stay is used.
-- keys: state, journal; args: from, trimmed, trimmed digest
-- gives: ok END END_DIGEST | here | arriving FROM
local function arrive(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved', 'arriving', 'trimmed')
  if s[1] and not s[2] then return {'here'} end
  if s[3] and s[3] ~= args[1] then return {'arriving', s[3]} end
  redis.call('HSET', keys[1], 'arriving', args[1])
  if not s[1] and not s[4] and args[2] ~= '0' then
    redis.call('HSET', keys[1], 'trimmed', args[2], 'trimmed_digest', args[3])
  end
  local revision, digest = arriving_end(keys[2], keys[1])
  return {'ok', revision, digest}
end

-- Committed entries of a journal on its way here. keys: state, journal, entries, committed
-- args: base revision, base digest, then digest and bytes of each entry (none: a write, so that a
-- WAIT speaks of this server as it is). gives: ok | missing | other REVISION DIGEST
local function bring(keys, args)
  if not redis.call('HGET', keys[1], 'arriving') then return {'missing'} end
  local revision, digest = arriving_end(keys[2], keys[1])
  if revision ~= tonumber(args[1]) or digest ~= args[2] then return {'other', revision, digest} end
  if #args > 2 then
    set_mark(keys[4], add_entries(keys[2], keys[3], revision, args, 3), args[#args - 1])
  else
    redis.call('HINCRBY', keys[1], 'probes', 1)
  end
  return {'ok'}
end

-- All of it is here: from now on it is appended to here. keys: state, journal, codes, made
-- args: code, least epoch, moves, revision, digest. gives: ok | here | missing | other REVISION DIGEST
local function open(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved', 'arriving')
  if s[1] and not s[2] then return {'here'} end
  if not s[3] then return {'missing'} end
  local revision, digest = arriving_end(keys[2], keys[1])
  if revision ~= tonumber(args[4]) or digest ~= args[5] then return {'other', revision, digest} end
  local epoch = math.max(tonumber(args[2]), tonumber(s[1] or 0) + 1)
  redis.call('HSET', keys[1], 'epoch', text_of(epoch), 'moves', args[3])
  redis.call('HDEL', keys[1], 'arriving', 'moved', 'leaving', 'left')
  redis.call('SADD', keys[3], args[1])
  redis.call('XADD', keys[4], '*', 'code', args[1])
  return {'ok'}
end

local function remove_all(state, journal, entries, committed, snapshot, copies)
  local pieces = redis.call('HGET', snapshot, 'list')
  if pieces then redis.call('UNLINK', pieces) end
  redis.call('UNLINK', state, journal, entries, committed, snapshot, copies)
end

-- It does not come here after all; what is left of a former stay remains.
-- keys: state, journal, entries, committed, snapshot, copies. gives: ok | here
local function give_up(keys, args)
  local s = redis.call('HMGET', keys[1], 'epoch', 'moved')
  if s[1] and not s[2] then return {'here'} end
  if s[1] then
    redis.call('HDEL', keys[1], 'arriving')
  else
    remove_all(unpack(keys))
  end
  return {'ok'}
end

-- Removes what a municipality that was moved has left. keys: as above, codes; args: code, to
-- gives: ok | here (it is not moved there)
local function forget(keys, args)
  if redis.call('HGET', keys[1], 'moved') ~= args[2] then return {'here'} end
  remove_all(keys[1], keys[2], keys[3], keys[4], keys[5], keys[6])
  redis.call('SREM', keys[7], args[1])
  return {'ok'}
end

-- What makes nothing larger goes on when the memory is full.
redis.register_function('samsyn_1_append', append)
redis.register_function{function_name='samsyn_1_fence', callback=fence, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_mark', callback=mark, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_read', callback=read, flags={'no-writes'}}
redis.register_function{function_name='samsyn_1_lookup', callback=lookup, flags={'no-writes'}}
redis.register_function('samsyn_1_create', create)
redis.register_function('samsyn_1_repair', repair)
redis.register_function{function_name='samsyn_1_ready', callback=ready, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_here', callback=here, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_gone', callback=gone, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_fork', callback=fork, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_resume', callback=resume, flags={'allow-oom'}}
redis.register_function('samsyn_1_snapshot', snapshot)
redis.register_function{function_name='samsyn_1_trim', callback=trim, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_leaving', callback=leaving, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_leave', callback=leave, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_stay', callback=stay, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_left', callback=left, flags={'allow-oom'}}
redis.register_function('samsyn_1_arrive', arrive)
redis.register_function('samsyn_1_bring', bring)
redis.register_function{function_name='samsyn_1_open', callback=open, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_give_up', callback=give_up, flags={'allow-oom'}}
redis.register_function{function_name='samsyn_1_forget', callback=forget, flags={'allow-oom'}}
)lua";

}  // namespace

std::string RedisKey(absl::string_view code, absl::string_view what) {
  return absl::StrCat("samsyn:{", code, "}:", what);
}

absl::string_view RedisFunctions() { return kFunctions; }

}  // namespace samsyn::journal
