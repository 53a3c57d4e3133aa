"""What a meeting works with in JupyterLab: controls that keep decisions in the register."""
