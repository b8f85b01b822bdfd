package dev.sinter.collector.pairing;

import dev.sinter.collector.hop.Hop;
import org.jspecify.annotations.Nullable;

/** Takes what pairing finds out about calls. The caller of each is a function's name, never a workload's. */
public interface PairSink {

    /**
     * A call whose request is known well enough to say whether it outlived it.
     *
     * @param request that made the call, or null if all that is known is that it outlived it
     * @param outlived the call ended after the request that made it had been answered
     */
    void tried(String caller, @Nullable Hop request, Hop call, boolean outlived);

    /**
     * A call whose place among its request's calls is known.
     *
     * @param waitedFor whether the request could not go on before this call had ended
     * @param continuedAfterNanos from the call's start to what its request did next: the next call it waited for or
     *     its response; 0 if not {@code waitedFor}
     */
    void placed(String caller, Hop call, boolean waitedFor, long continuedAfterNanos);

    /**
     * A call of unknown request at whose end it was counted whether all requests under way, hence its own too, were
     * inside another call.
     *
     * @param covered whether they all were
     * @param expected how often they are when the call's own request is for certain, 0 to 1
     */
    void counted(String caller, Hop call, boolean covered, double expected);

    /** A call of a fused workload turned out to be this member's. */
    void attributed(String caller, Hop call);

    /** A call of a fused workload that could be several members'. */
    void unattributed(Hop call);
}
