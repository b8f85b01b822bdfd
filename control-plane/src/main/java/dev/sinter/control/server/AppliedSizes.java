package dev.sinter.control.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sinter.control.compose.Service.Resources;
import dev.sinter.control.platform.PlatformException;
import dev.sinter.control.store.H2GroupStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives running fused workloads another size, less at most once per cooling time, and remembers what each has. Thread-safe. */
final class AppliedSizes {

    private static final Logger log = LoggerFactory.getLogger(AppliedSizes.class);

    private static final String SETTING = "size/";

    /** @param tooSmall whether a workload of this size died */
    private record Stored(Resources size, boolean tooSmall) {}

    private final H2GroupStore store;
    private final BiConsumer<String, Resources> engine;
    private final Duration cooling;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Instant> lastChange = new ConcurrentHashMap<>();
    private final Map<String, Instant> lastRefusal = new ConcurrentHashMap<>();
    private final AtomicLong refusals = new AtomicLong();

    /** @param engine gives a group's fused workload other limits while it runs, or fails as a platform does */
    AppliedSizes(H2GroupStore store, BiConsumer<String, Resources> engine, Duration cooling, Clock clock) {
        this.store = store;
        this.engine = engine;
        this.cooling = cooling;
        this.clock = clock;
    }

    /** The size a group's fused workload was given, or null if it was given none. */
    @Nullable
    Resources present(String group) {
        Stored stored = read(group);
        return stored == null || stored.tooSmall() ? null : stored.size();
    }

    /** The least memory of a group's next fused workload, in bytes: more than one died with; 0 where none did. */
    long leastMemoryBytes(String group) {
        Stored stored = read(group);
        Long memoryBytes =
                stored == null || !stored.tooSmall() ? null : stored.size().memoryBytes();
        return memoryBytes == null ? 0 : memoryBytes;
    }

    /** Remembers what a group's fused workload is started with. */
    void started(String group, Resources size) {
        write(group, new Stored(size, false));
        lastChange.put(group, clock.instant());
    }

    /** Remembers that the fused workload died at its present size, so that the next one gets {@code factor} times the memory. */
    void died(String group, double factor) {
        Resources size = present(group);
        if (size != null && size.memoryBytes() != null) {
            write(group, new Stored(new Resources(null, (long) (size.memoryBytes() * factor)), true));
        }
    }

    /** Remembers that a group's fused workload is started without a size of its own. */
    void forget(String group) {
        if (read(group) != null) {
            store.putSetting(SETTING + group, "");
        }
    }

    /**
     * More at once, less when the last change, or this server's first look, is long enough ago; a refusal leaves what
     * is.
     */
    void change(String group, Resources present, Resources wanted) {
        lastChange.putIfAbsent(group, clock.instant());
        give(group, present, isCooling(lastChange, group) ? more(present, wanted) : wanted);
    }

    /** Only what is more than at present. */
    void grow(String group, Resources present, Resources wanted) {
        give(group, present, more(present, wanted));
    }

    private void give(String group, Resources present, Resources size) {
        if (size.equals(present) || isCooling(lastRefusal, group)) {
            return;
        }
        try {
            engine.accept(group, size);
            lastChange.put(group, clock.instant());
            write(group, new Stored(size, false));
        } catch (PlatformException e) {
            refusals.incrementAndGet();
            if (lastRefusal.put(group, clock.instant()) == null) {
                log.warn("{} fused-{} keeps its size: {}", e.code(), group, e.getMessage());
            }
        }
    }

    private boolean isCooling(Map<String, Instant> since, String group) {
        Instant last = since.get(group);
        return last != null && clock.instant().isBefore(last.plus(cooling));
    }

    /** Changes that the engine refused. */
    long refusals() {
        return refusals.get();
    }

    /** Nothing is more than no limit. */
    private static Resources more(Resources present, Resources wanted) {
        Double cpus = present.cpus();
        Long memoryBytes = present.memoryBytes();
        return new Resources(
                cpus == null || wanted.cpus() == null ? null : Double.valueOf(Math.max(cpus, wanted.cpus())),
                memoryBytes == null || wanted.memoryBytes() == null
                        ? null
                        : Long.valueOf(Math.max(memoryBytes, wanted.memoryBytes())));
    }

    private @Nullable Stored read(String group) {
        String stored = store.setting(SETTING + group);
        try {
            return stored == null || stored.isEmpty() ? null : json.readValue(stored, Stored.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("own setting does not parse: " + stored, e);
        }
    }

    private void write(String group, Stored stored) {
        try {
            store.putSetting(SETTING + group, json.writeValueAsString(stored));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records are always writable", e);
        }
    }
}
