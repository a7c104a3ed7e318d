"""What a JupyterHub has to know of this book; to be loaded by the hub's own configuration.

    load_subconfig("/srv/see-through-cnns/binder/jupyterhub_config.py")

It says nothing of how readers log in or where their servers run: that is the hub's affair.
"""

c = get_config()  # noqa: F821 - JupyterHub defines it

BOOK = "see-through-cnns"  # the folder that nbgitpuller makes in a reader's home

c.Spawner.default_url = f"/lab/tree/{BOOK}/chapters/01_images.md"
c.Spawner.environment = {
    "KERAS_BACKEND": "jax",
    "JAX_PLATFORMS": "cpu",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # One core for each reader: more threads than cores only get in each other's way.
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
c.Spawner.mem_limit = "2G"  # the largest chapter takes 1.2 GB
c.Spawner.mem_guarantee = "512M"
c.Spawner.cpu_limit = 1

# A class begins at the full hour: no more than so many servers start at the same time.
c.JupyterHub.concurrent_spawn_limit = 50
