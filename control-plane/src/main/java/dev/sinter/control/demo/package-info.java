/** Loads a running application, measures it before and after fusion, and shows the person what came of it. */
@NullMarked
package dev.sinter.control.demo;

import org.jspecify.annotations.NullMarked;
