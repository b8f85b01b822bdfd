/** Records what functions are asked, and asks a fused workload the same to see whether it answers the same. */
@NullMarked
package dev.sinter.control.verify;

import org.jspecify.annotations.NullMarked;
