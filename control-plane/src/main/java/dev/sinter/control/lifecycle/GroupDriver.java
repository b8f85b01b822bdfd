package dev.sinter.control.lifecycle;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries groups through their life cycle: does the effect of the stored state, stores the next one, and so on until
 * the group is at rest.
 *
 * <p>Every step is stored before the next begins, so {@link #drive} after a crash goes on where the store stands.
 * Thread-safe; one change is under way at a time.
 */
public final class GroupDriver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GroupDriver.class);

    private final GroupStore store;
    private final GroupOperations operations;
    private final Clock clock;
    private final ReentrantLock oneChange = new ReentrantLock(true);
    private final Map<String, String> unfuseRequests = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public GroupDriver(GroupStore store, GroupOperations operations, Clock clock) {
        this.store = store;
        this.operations = operations;
        this.clock = clock;
    }

    /** Takes the group as far as it goes by itself. Blocks; waits for a change of another group to end first. */
    public void drive(String name) {
        oneChange.lock();
        try {
            while (step(name)) {
                // Each turn is one stored transition.
            }
        } finally {
            oneChange.unlock();
        }
    }

    /** As {@link #drive}, on a thread of its own. What it throws once this is closed is nobody's failure. */
    public void driveInBackground(String name) {
        Thread.ofVirtual().name("drive-" + name).start(() -> {
            try {
                drive(name);
            } catch (RuntimeException e) {
                if (!closed) {
                    log.warn("group {} stopped where it was; a restart goes on there", name, e);
                }
            }
        });
    }

    /** Ends like a crash: what is under way goes no further than the store lets it, and is resumed from there. */
    @Override
    public void close() {
        closed = true;
    }

    /** Approves a proposal, or a group that was unfused; {@link #drive} does the rest. */
    public GroupStatus approve(String name, String by) {
        GroupStatus group =
                Lifecycle.after(required(name), Trigger.APPROVE, "SNT0811", "Approved by " + by, clock.instant());
        store.put(group);
        return group;
    }

    /**
     * Asks for the originals. Returns at once; the change is made by {@link #drive}, or by the one that is under way.
     *
     * @throws LifecycleException {@code SNT0801} if nothing of the group runs
     */
    public GroupStatus requestUnfuse(String name, String why) {
        GroupStatus group = required(name);
        if (group.state() != GroupState.UNFUSING && !Lifecycle.allows(group.state(), Trigger.UNFUSE)) {
            Lifecycle.after(group, Trigger.UNFUSE, "SNT0812", why, clock.instant());
        }
        unfuseRequests.put(name, why);
        return group;
    }

    /** Freezes or thaws a group; a step that is under way ends first. */
    public GroupStatus pause(String name, boolean paused) {
        GroupStatus group = required(name).withPaused(paused);
        store.put(group);
        return group;
    }

    /** Sends a fused group back because it is broken or no longer worth it. */
    public void reject(String name, String code, String why) {
        oneChange.lock();
        try {
            GroupStatus group = required(name);
            if (!group.paused() && Lifecycle.allows(group.state(), Trigger.FAIL)) {
                store.put(Lifecycle.after(group, Trigger.FAIL, code, why, clock.instant()));
            }
        } finally {
            oneChange.unlock();
        }
    }

    /** Has a fused group compared with its originals again; {@link #drive} does the rest. Others are left as they are. */
    public void probe(String name, String why) {
        oneChange.lock();
        try {
            GroupStatus group = required(name);
            if (!group.paused() && Lifecycle.allows(group.state(), Trigger.PROBE)) {
                move(group, Trigger.PROBE, "SNT0830", why);
            }
        } finally {
            oneChange.unlock();
        }
    }

    /**
     * Sends a group back whose members are no longer what was merged, so that no new version stays behind an old one;
     * {@link #drive} does the rest. A paused group stays as it is.
     *
     * @param digests image digest of every function now
     * @return whether the group goes back
     */
    public boolean unfuseIfOutdated(String name, Map<String, String> digests) {
        GroupStatus group = required(name);
        List<String> changed = group.memberDigests().entrySet().stream()
                .filter(merged -> !merged.getValue().equals(digests.get(merged.getKey())))
                .map(merged -> merged.getKey() + " is " + digests.getOrDefault(merged.getKey(), "gone")
                        + ", merged was " + merged.getValue())
                .sorted()
                .toList();
        if (changed.isEmpty() || !Lifecycle.allows(group.state(), Trigger.UNFUSE)) {
            return false;
        }
        if (group.paused()) {
            log.warn("SNT0828 group {} is paused and serves old images: {}", name, changed);
            return false;
        }
        move(group, Trigger.UNFUSE, "SNT0828", "Images changed: " + String.join("; ", changed));
        return true;
    }

    private boolean step(String name) {
        GroupStatus group = required(name);
        if (group.paused()) {
            return false;
        }
        String unfuse = unfuseRequests.remove(name);
        if (unfuse != null && Lifecycle.allows(group.state(), Trigger.UNFUSE)) {
            move(group, Trigger.UNFUSE, "SNT0812", unfuse);
            return true;
        }
        if (group.state().atRest() && group.state() != GroupState.FUSED) {
            return false;
        }
        try {
            GroupStatus done = perform(group);
            if (group.state() == GroupState.FUSED) {
                return unfuseRequests.containsKey(name);
            }
            // A pause during a step must not be lost.
            GroupStatus current = required(name);
            done = done.withPaused(current.paused());
            if (done.paused()) {
                store.put(done);
                return false;
            }
            if (unfuseRequests.containsKey(name) && Lifecycle.allows(group.state(), Trigger.UNFUSE)) {
                store.put(done);
                return true;
            }
            move(
                    done,
                    Trigger.DONE,
                    "SNT0813",
                    "Done: " + Lifecycle.effectOf(group.state()).description());
            return true;
        } catch (LifecycleException e) {
            return failed(required(name), e.code(), e);
        } catch (RuntimeException e) {
            return failed(required(name), "SNT0804", e);
        }
    }

    private GroupStatus perform(GroupStatus group) {
        switch (Lifecycle.effectOf(group.state())) {
            case NONE -> {}
            case BUILD_IMAGE -> {
                GroupOperations.BuiltImage image = operations.buildImage(group);
                return group.withImage(image.reference(), image.tier(), image.memberDigests());
            }
            case START_FUSED -> operations.startFused(group);
            case REPLAY -> operations.replay(group);
            case HOLD_WEIGHT -> {
                operations.route();
                operations.judge(group, () -> unfuseRequests.containsKey(group.name()));
            }
            case PROBE -> {
                operations.startOriginals(group);
                operations.route();
                operations.probe(group, () -> unfuseRequests.containsKey(group.name()));
            }
            case STOP_ORIGINALS -> {
                operations.route();
                operations.drain(group);
                operations.stopOriginals(group);
            }
            case RESTORE_ORIGINALS -> {
                operations.startOriginals(group);
                GroupStatus restored = group.withFusedPercent(0);
                store.put(restored);
                operations.route();
                operations.drain(group);
                operations.removeFused(group);
                return restored;
            }
        }
        return group;
    }

    private boolean failed(GroupStatus group, String code, RuntimeException failure) {
        if (closed) {
            // Whatever failed did so because everything else was closed as well.
            return false;
        }
        log.warn("{} group {} in {}: {}", code, group.name(), group.state(), failure.getMessage(), failure);
        if (!Lifecycle.allows(group.state(), Trigger.FAIL)) {
            return false;
        }
        move(group, Trigger.FAIL, code, String.valueOf(failure.getMessage()));
        return true;
    }

    private void move(GroupStatus group, Trigger trigger, String code, String reason) {
        GroupStatus next = Lifecycle.after(group, trigger, code, reason, clock.instant());
        store.put(next);
        log.info("group {}: {} -> {} {} % ({})", next.name(), group.state(), next.state(), next.fusedPercent(), reason);
    }

    private GroupStatus required(String name) {
        @Nullable GroupStatus group = store.group(name);
        if (group == null) {
            throw new LifecycleException(
                    "SNT0803",
                    "group: " + name + " (expected: one of "
                            + store.groups().stream().map(GroupStatus::name).toList() + ")");
        }
        return group;
    }
}
