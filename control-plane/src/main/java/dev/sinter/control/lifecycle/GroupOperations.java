package dev.sinter.control.lifecycle;

import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What the life cycle does to the world. Every operation blocks until it is done, can be repeated, and throws
 * {@link LifecycleException} when it cannot be done.
 */
public interface GroupOperations {

    /** A fused image in the engine, and how its members share a workload of it. */
    record BuiltImage(String reference, String tier, Map<String, String> memberDigests) {}

    BuiltImage buildImage(GroupStatus group);

    /** Returns when every member is ready. Routes nothing to it. */
    void startFused(GroupStatus group);

    /** Returns when every replayed response was equal. */
    void replay(GroupStatus group);

    /** Publishes the routes as the store has them now; returns when every proxy has acknowledged them. */
    void route();

    /**
     * Watches both arms at the group's present weight; returns when it may go on, throws when the fused arm is worse.
     *
     * @param cancelled becomes true when the wait should end early
     */
    void judge(GroupStatus group, BooleanSupplier cancelled);

    /**
     * Watches both arms for a short while at the group's present weight; throws when the fused arm is worse by now.
     *
     * @param cancelled becomes true when the wait should end early
     */
    void probe(GroupStatus group, BooleanSupplier cancelled);

    /** Waits until requests under way on the old routes are over. */
    void drain(GroupStatus group);

    void stopOriginals(GroupStatus group);

    /** Returns when every original answers. */
    void startOriginals(GroupStatus group);

    void removeFused(GroupStatus group);
}
