package dev.sinter.control.server;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for other threads without hiding what they failed with. */
final class Waiting {

    private Waiting() {}

    static void forResult(Future<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new ServerException("SNT0826", "unexpected failure: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("SNT0827", "interrupted", e);
        }
    }
}
