package dev.sinter.control.routing;

import java.time.Duration;

/** Moves traffic: one implementation per way of steering a mesh. Thread-safe; calls take turns. */
public interface Router {

    /**
     * Returns when every proxy named in the desired state routes as it says. No request fails on the way: what is new is
     * there before anything points to it, what is old goes when nothing does. Applying the same state again checks that it
     * is in force.
     *
     * @param timeout for all of it
     * @throws RoutingException if a proxy refuses or does not answer in time; the state before is in force again where
     *     there was one
     */
    void apply(MeshState desired, Duration timeout) throws RoutingException, InterruptedException;

    /**
     * Keeps ready what proxies of the desired state that have nothing yet will be given as soon as they connect: a
     * workload is started behind a proxy that already routes. Others are left as they are. Returns at once.
     */
    void offer(MeshState desired);
}
